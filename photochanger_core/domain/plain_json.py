"""JSON that anybody may have written: what cannot be kept is told by its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from json import JSONDecodeError
from sys import float_info
from typing import Any, Final

from attrs import frozen

from .checks import is_storable
from .errors import ValidationFailed
from .problems import MOST_TOLD, FieldProblem, Problem, wrong

_LONGEST_NUMBER: Final = 400
"""Digits of a whole number: what is longer is larger than any number that is let in."""

_LARGEST_EXACT: Final = 2**53

_Steps = tuple[str | int, ...]


@frozen(kw_only=True)
class JsonLimits:
    """What is let in.

    Attributes:
        depth: Levels of nesting.
        parts: Commas and brackets: what is made of them takes hundreds of times their place in
            memory.
        numbers: Are not larger than this, nor smaller than its negative.
        fractions_matter: Whether 24.0 is another number than 24. JSON Schema has it that they are
            the same; whoever keeps what was written, to the letter, tells them apart.
    """

    depth: int
    parts: int = 1_000_000
    numbers: float = float_info.max
    fractions_matter: bool = False


@frozen
class _Flaw:
    """Stands in a document for what cannot be kept there."""

    problem: Problem


_NO_NUMBER: Final = _Flaw(Problem.UNSTORABLE_NUMBER)


def parsed(text: str, limits: JsonLimits) -> dict[str, Any]:
    """Return the object that *text* is. No name stands twice in an object.

    Raises:
        ValidationFailed: If it is none, naming each place in it that cannot be kept; the whole
            of it has no name.
    """
    if sum(text.count(mark) for mark in ",[{") > limits.parts:
        raise ValidationFailed([wrong(Problem.TOO_MANY_VALUES, most=limits.parts)])
    document = _loaded(text, limits)
    if not isinstance(document, dict):
        raise ValidationFailed([wrong(Problem.NOT_OBJECT)])
    refuse(_flaws(document, limits.depth))
    return document


def refuse(problems: Iterator[FieldProblem]) -> None:
    """Return if there are no *problems*.

    Raises:
        ValidationFailed: If there are.
    """
    if found := list(islice(problems, MOST_TOLD)):
        raise ValidationFailed(found)


def _loaded(text: str, limits: JsonLimits) -> object:
    numbers = _Numbers(limits)
    try:
        document: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=numbers.whole,
            parse_float=numbers.real,
            parse_constant=lambda _: _NO_NUMBER,
        )
    except RecursionError:
        raise ValidationFailed([wrong(Problem.MALFORMED)]) from None
    except JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValidationFailed([wrong(Problem.MALFORMED).at(place)]) from None
    return document


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = _Flaw(Problem.REPEATED) if name in found else value
    return found


@frozen
class _Numbers:
    """Reads numbers."""

    _limits: JsonLimits

    def whole(self, digits: str) -> object:
        return _NO_NUMBER if len(digits) > _LONGEST_NUMBER else self._let_in(int(digits))

    def real(self, digits: str) -> object:
        number = float(digits)
        exact = number.is_integer() and abs(number) <= _LARGEST_EXACT
        if exact and not self._limits.fractions_matter:
            return int(number)
        return self._let_in(number)

    def _let_in(self, number: float) -> object:
        return number if abs(number) <= self._limits.numbers else _NO_NUMBER


def _flaws(document: dict[str, Any], depth: int) -> Iterator[FieldProblem]:
    """Yield what cannot be kept in *document*, in its order; nesting costs no stack."""
    rest: list[tuple[_Steps, object]] = [((), document)]
    while rest:
        steps, value = rest.pop()
        if len(steps) > depth:
            yield wrong(Problem.MALFORMED).at(*steps)
            return
        yield from _flaws_of(steps, value)
        rest += [((*steps, step), part) for step, part in reversed(_parts(value))]


def _flaws_of(steps: _Steps, value: object) -> Iterator[FieldProblem]:
    match value:
        case _Flaw():
            yield wrong(value.problem).at(*steps)
        case str() if not is_storable(value):
            yield wrong(Problem.UNSTORABLE_TEXT).at(*steps)
        case dict() if not all(map(is_storable, value)):
            yield wrong(Problem.UNSTORABLE_TEXT).at(*steps)


def _parts(value: object) -> list[tuple[str | int, object]]:
    """Return what is in *value*, and where."""
    match value:
        case dict():
            return [*value.items()]
        case list():
            return [*enumerate(value)]
    return []
