"""What is wrong with settings, as a validator finds it. Values are never quoted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from photochanger_core.domain.checks import is_storable
from photochanger_core.domain.problems import MOST_TOLD, FieldProblem, Problem, wrong

from .keywords import problem_of
from .storing import unstorable


def problems(validator: Draft202012Validator, settings: Mapping[str, object]) -> list[FieldProblem]:
    """Return all that is wrong with *settings*, one problem for each place, up to `MOST_TOLD`.

    Their fields are `settings.NAME`, and paths inside of that.
    """
    refused = {name: why for name, value in settings.items() if (why := unstorable([name, value]))}
    kept: Any = {name: value for name, value in settings.items() if name not in refused}
    errors = validator.iter_errors(kept)
    found = _by_field(problem for error in errors for problem in _said(error))
    unkept = _by_field(_refused(name, why) for name, why in refused.items())
    return [problem.at("settings") for problem in (found | unkept).values()]


def _by_field(problems: Iterable[FieldProblem]) -> dict[str, FieldProblem]:
    """Return the first of *problems* in each place."""
    found: dict[str, FieldProblem] = {}
    for problem in islice(problems, MOST_TOLD):
        found.setdefault(problem.field, problem)
    return found


def _refused(name: str, why: FieldProblem) -> FieldProblem:
    return why.at(name) if is_storable(name) else why


def _said(error: ValidationError) -> Iterator[FieldProblem]:
    """Yield what *error* says; one error may stand for many names."""
    value: Any = error.instance
    schema: Any = error.schema
    path = error.absolute_path
    match error.validator:
        case "required":
            missing = [name for name in schema["required"] if name not in value]
            yield from (wrong(Problem.MISSING).at(*path, name) for name in missing)
        case "additionalProperties":
            problem = wrong(Problem.UNKNOWN if path else Problem.UNKNOWN_SETTING)
            unknown = [name for name in value if name not in schema.get("properties", {})]
            yield from (problem.at(*path, name) for name in unknown)
        case _:
            yield problem_of(error).at(*path)
