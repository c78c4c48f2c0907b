"""What is wrong with settings, in our words. They never quote a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from photochanger_core.domain.checks import is_storable

from .storing import unstorable
from .words import misshapen, wanted

Problem = tuple[str, str]
"""The path of a field, and what is wrong with it."""

_Step = str | int
"""A name in an object, or a place in a list."""


def problems(validator: Draft202012Validator, settings: Mapping[str, object]) -> list[Problem]:
    """Return all that is wrong with *settings*: a pair for each setting that is wrong.

    The path is `settings.NAME`; the problem says where inside of it, if it is not all of it.
    """
    refused = {name: why for name, value in settings.items() if (why := unstorable([name, value]))}
    kept: Any = {name: value for name, value in settings.items() if name not in refused}
    found = _by_setting(validator.iter_errors(kept))
    return [*(found | {_path(name): why for name, why in refused.items()}).items()]


def _by_setting(errors: Iterable[ValidationError]) -> dict[str, str]:
    found: dict[str, dict[str, str]] = {}
    for error in errors:
        for steps, problem in _said(error):
            found.setdefault(_path(*steps[:1]), {}).setdefault(_place(steps[1:]), problem)
    return {path: _joined(places) for path, places in found.items()}


def _said(error: ValidationError) -> Iterator[tuple[list[_Step], str]]:
    """Yield where *error* is and what it is; one error may stand for many names."""
    steps: list[_Step] = list(error.absolute_path)
    value: Any = error.instance
    schema: Any = error.schema
    match error.validator:
        case "required":
            missing = [name for name in schema["required"] if name not in value]
            yield from (([*steps, name], "is missing") for name in missing)
        case "additionalProperties":
            problem = "is unknown" if steps else "is not a setting of this operation"
            unknown = [name for name in value if name not in schema.get("properties", {})]
            yield from (([*steps, name], problem) for name in unknown)
        case "pattern":
            yield steps, misshapen(schema)
        case _:
            yield steps, wanted(schema)


def _path(*name: _Step) -> str:
    return ".".join(["settings", *(part for part in map(str, name) if is_storable(part))])


def _place(steps: Sequence[_Step]) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return "".join(parts).removeprefix(".")


def _joined(places: Mapping[str, str]) -> str:
    """Return what is wrong with a setting: as a whole, or else in each of its places."""
    return places.get("") or "; ".join(f"{place} {why}" for place, why in places.items())
