"""What ends a command, told in one line."""

from __future__ import annotations

from photochanger_core.domain.errors import CoreError, ValidationFailed
from photochanger_web.field_problems import sentence


class CommandFailed(Exception):
    """A command cannot do what it was asked; the text is one clear line without secrets."""


class BadUsage(Exception):
    """A command, or the environment, says something that cannot be; the text is one line."""


def in_words(error: CoreError, language: str) -> str:
    """Return what *error* is about; fields that are wrong are told in *language*."""
    if isinstance(error, ValidationFailed):
        said = "; ".join(
            f"{problem.field}: {sentence(language, problem)}" for problem in error.problems
        )
    else:
        said = error.detail
    return f"{error.reason}: {said}" if said else error.reason
