"""What ends a command, told in one line."""

from __future__ import annotations


class CommandFailed(Exception):
    """A command cannot do what it was asked; the text is one clear line without secrets."""


class BadUsage(Exception):
    """A command, or the environment, says something that cannot be; the text is one line."""
