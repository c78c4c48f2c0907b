"""What a configured value may be: checks of fields that people fill in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum

from .errors import ValidationFailed

Check = Callable[[object], str | None]
"""Returns what is wrong with a value, or None."""


def is_storable(value: str) -> bool:
    """Whether *value* is text all through: no NUL, no half of a surrogate pair."""
    if "\0" in value:
        return False
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)


def whole(least: int, most: int) -> Check:
    """Return a check for whole numbers from *least* to *most*."""

    def check(value: object) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return None
        return f"must be a whole number from {least} to {most}"

    return check


def text(longest: int) -> Check:
    """Return a check for text of 1 to *longest* characters."""

    def check(value: object) -> str | None:
        if isinstance(value, str) and 0 < len(value) <= longest and is_storable(value):
            return None
        return f"must be text of 1 to {longest} characters"

    return check


def flag(value: object) -> str | None:
    """Check that *value* is true or false."""
    return None if isinstance(value, bool) else "must be true or false"


def an_object(value: object) -> str | None:
    """Check that *value* is an object, whatever its fields."""
    return None if isinstance(value, Mapping) else "must be an object"


def optional(check: Check) -> Check:
    """Return a check for nothing, or what *check* allows."""
    return lambda value: None if value is None else check(value)


def one_of(kind: type[StrEnum]) -> Check:
    """Return a check for the values of *kind*."""
    problem = f"must be one of {', '.join(kind)}"
    return lambda value: None if isinstance(value, str) and value in set(kind) else problem


def object_of(checks: Mapping[str, Check], needed: Collection[str] = ()) -> Check:
    """Return a check for objects with fields as *checks* allow, those *needed* among them."""

    def check(value: object) -> str | None:
        if not isinstance(value, Mapping):
            return "must be an object"
        return next(_problems(value, checks, needed), None)

    return check


def each(check: Check, *, most: int) -> Check:
    """Return a check for lists of at most *most* elements, each as *check* allows."""

    def check_list(value: object) -> str | None:
        if not isinstance(value, list | tuple) or len(value) > most:
            return f"must be a list of at most {most}"
        problems = ((place, check(part)) for place, part in enumerate(value))
        return next((f"[{place}] {problem}" for place, problem in problems if problem), None)

    return check_list


def _problems(
    value: Mapping[str, object], checks: Mapping[str, Check], needed: Collection[str]
) -> Iterator[str]:
    for name in needed:
        if name not in value:
            yield f"{name} is missing"
    for name, part in value.items():
        problem = checks[name](part) if name in checks else "is unknown"
        if problem is not None:
            yield f"{name} {problem}"


def check_fields(values: Mapping[str, object], checks: Mapping[str, Check]) -> None:
    """Check *values* by field.

    Raises:
        ValidationFailed: Naming every field that is unknown or wrong.
    """
    if errors := field_problems(values, checks):
        raise ValidationFailed(errors)


def field_problems(
    values: Mapping[str, object], checks: Mapping[str, Check]
) -> list[tuple[str, str]]:
    """Return, by field, what is unknown or wrong in *values*."""
    return [
        (name, problem)
        for name, value in values.items()
        if (problem := checks[name](value) if name in checks else "is unknown") is not None
    ]
