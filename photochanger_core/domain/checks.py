"""What a configured value may be: checks of fields that people fill in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from itertools import islice

from .errors import ValidationFailed
from .ids import SLOT_IDS
from .problems import MOST_TOLD, FieldProblem, Problem, wrong

Check = Callable[[object], Sequence[FieldProblem]]
"""Returns all that is wrong with a value: nothing if it is right."""


def is_storable(value: str) -> bool:
    """Whether *value* is text all through: no NUL, no half of a surrogate pair."""
    if "\0" in value:
        return False
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)


def whole(least: int, most: int) -> Check:
    """Return a check for whole numbers from *least* to *most*."""

    def check(value: object) -> Sequence[FieldProblem]:
        if not isinstance(value, int) or isinstance(value, bool):
            return [wrong(Problem.NOT_WHOLE_NUMBER)]
        if not least <= value <= most:
            return [wrong(Problem.NUMBER_OUT_OF_RANGE, least=least, most=most)]
        return []

    return check


def text(longest: int) -> Check:
    """Return a check for text of 1 to *longest* characters."""

    def check(value: object) -> Sequence[FieldProblem]:
        if not isinstance(value, str):
            return [wrong(Problem.NOT_TEXT)]
        if not 0 < len(value) <= longest:
            return [wrong(Problem.TEXT_LENGTH_OUT_OF_RANGE, least=1, most=longest)]
        return [] if is_storable(value) else [wrong(Problem.UNSTORABLE_TEXT)]

    return check


def flag(value: object) -> Sequence[FieldProblem]:
    """Check that *value* is true or false."""
    return [] if isinstance(value, bool) else [wrong(Problem.NOT_TRUE_OR_FALSE)]


def known_slot(value: object) -> Sequence[FieldProblem]:
    """Check that *value* is the id of a slot."""
    return [] if value in SLOT_IDS else [wrong(Problem.NOT_A_SLOT)]


def an_object(value: object) -> Sequence[FieldProblem]:
    """Check that *value* is an object, whatever its fields."""
    return [] if isinstance(value, Mapping) else [wrong(Problem.NOT_OBJECT)]


def optional(check: Check) -> Check:
    """Return a check for nothing, or what *check* allows."""
    return lambda value: [] if value is None else check(value)


def one_of(kind: type[StrEnum]) -> Check:
    """Return a check for the values of *kind*."""
    allowed = [one.value for one in kind]
    problem = wrong(Problem.NOT_ONE_OF, allowed=allowed)
    return lambda value: [] if isinstance(value, str) and value in allowed else [problem]


def object_of(checks: Mapping[str, Check], needed: Collection[str] = ()) -> Check:
    """Return a check for objects with fields as *checks* allow, those *needed* among them."""

    def check(value: object) -> Sequence[FieldProblem]:
        if not isinstance(value, Mapping):
            return [wrong(Problem.NOT_OBJECT)]
        missing = [wrong(Problem.MISSING).at(name) for name in sorted(needed) if name not in value]
        return missing + field_problems(value, checks)

    return check


def each(check: Check, *, most: int) -> Check:
    """Return a check for lists of at most *most* elements, each as *check* allows."""

    def check_list(value: object) -> Sequence[FieldProblem]:
        if not isinstance(value, list | tuple):
            return [wrong(Problem.NOT_LIST)]
        if len(value) > most:
            return [wrong(Problem.TOO_MANY_ITEMS, most=most)]
        return [found.at(place) for place, part in enumerate(value) for found in check(part)]

    return check_list


def check_fields(values: Mapping[str, object], checks: Mapping[str, Check]) -> None:
    """Check *values* by field.

    Raises:
        ValidationFailed: Naming every field that is unknown or wrong.
    """
    if problems := field_problems(values, checks):
        raise ValidationFailed(problems)


def field_problems(values: Mapping[str, object], checks: Mapping[str, Check]) -> list[FieldProblem]:
    """Return what is unknown or wrong in *values*, up to `MOST_TOLD`."""
    found = (
        problem.at(str(name))
        for name, value in values.items()
        for problem in (checks[name](value) if name in checks else [wrong(Problem.UNKNOWN)])
    )
    return [*islice(found, MOST_TOLD)]
