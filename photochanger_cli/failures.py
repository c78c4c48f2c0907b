"""What ends a command, told in one line."""

from __future__ import annotations


class CommandFailed(Exception):
    """A command cannot do what it was asked; the text is one clear line without secrets."""


class BadUsage(Exception):
    """A command, or the environment, says something that cannot be; the text is one line."""


class BadVariable(BadUsage):
    """A variable of the environment is not what it must be; the text does not show its value.

    Attributes:
        variable: Its name, as it was set.
    """

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable} {problem}")
        self.variable = variable
