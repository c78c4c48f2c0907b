"""What ends a command, told in one line."""

from __future__ import annotations

from photochanger_core.domain.errors import CoreError, InvalidRequest, ValidationFailed
from photochanger_core.domain.problems import Problem, wrong
from photochanger_web.field_problems import sentence

from .locale import CATALOGUE


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
    """Return what *error* is about, in *language* but for what machines said of it."""
    match error:
        case ValidationFailed():
            said = wrong_fields(error, language)
        case InvalidRequest():
            said = f"{error.details['field']}: {problem_of(error, language)}"
        case _:
            said = error.detail
    return f"{_meaning(error, language)}: {said}" if said else _meaning(error, language)


def problem_of(error: InvalidRequest, language: str) -> str:
    """Return in *language* what is wrong with the part that *error* is about."""
    return sentence(language, wrong(Problem(str(error.details["problem"]))))


def _meaning(error: CoreError, language: str) -> str:
    key = f"error.{error.reason}"
    known = key if CATALOGUE.has(language, key) else "error.other"
    return CATALOGUE.text(language, known, {"reason": error.reason})


class BadVariable(BadUsage):
    """A variable of the environment is not what it must be; the text does not show its value.

    Attributes:
        variable: Its name, as it was set.
    """

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable} {problem}")
        self.variable = variable
