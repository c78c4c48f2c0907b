"""What ends a command, told in one line."""

from __future__ import annotations

from photochanger_core.domain.errors import CoreError, ValidationFailed
from photochanger_web.field_problems import sentence


class CommandFailed(Exception):
    """A command cannot do what it was asked; the text is one clear line without secrets."""


class BadUsage(Exception):
    """A command, or the environment, says something that cannot be; the text is one line."""


def wrong_fields(error: ValidationFailed, language: str) -> str:
    """Return in *language* which fields are wrong, and how."""
    return "; ".join(
        f"{problem.field}: {sentence(language, problem)}" for problem in error.problems
    )


def in_words(error: CoreError, language: str) -> str:
    """Return what *error* is about; fields that are wrong are told in *language*."""
    said = wrong_fields(error, language) if isinstance(error, ValidationFailed) else error.detail
    return f"{error.reason}: {said}" if said else error.reason


class BadVariable(BadUsage):
    """A variable of the environment is not what it must be; the text does not show its value.

    Attributes:
        variable: Its name, as it was set.
    """

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable} {problem}")
        self.variable = variable
