"""JSON from a file that anybody may have written: what cannot be kept is told by its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from json import JSONDecodeError
from typing import Any, Final

from attrs import frozen

from .checks import is_storable
from .errors import ValidationFailed
from .problems import MOST_TOLD, FieldProblem, Problem, wrong

FILE: Final = "file"
"""Stands for the whole where nothing in it is wrong in particular."""

MAX_DEPTH: Final = 50
"""Levels of nesting: many more than the settings of any slot have."""

MAX_PARTS: Final = 1_000_000
"""Commas and brackets: what is made of them takes hundreds of times their place in memory."""

_NUMBERS_END: Final = 2**63
_LONGEST_NUMBER: Final = 40

_Steps = tuple[str | int, ...]


@frozen
class _Flaw:
    """Stands in a document for what cannot be kept there."""

    problem: Problem


_NO_NUMBER: Final = _Flaw(Problem.UNSTORABLE_NUMBER)


def parsed(text: str) -> dict[str, Any]:
    """Return the object that *text* is.

    Raises:
        ValidationFailed: If it is none, naming each place in it that cannot be kept.
    """
    if sum(text.count(mark) for mark in ",[{") > MAX_PARTS:
        raise ValidationFailed([wrong(Problem.TOO_MANY_VALUES, most=MAX_PARTS).at(FILE)])
    document = _loaded(text)
    if not isinstance(document, dict):
        raise ValidationFailed([wrong(Problem.NOT_OBJECT).at(FILE)])
    refuse(_flaws(document))
    return document


def refuse(problems: Iterator[FieldProblem]) -> None:
    """Return if there are no *problems*.

    Raises:
        ValidationFailed: If there are.
    """
    if found := list(islice(problems, MOST_TOLD)):
        raise ValidationFailed(found)


def _loaded(text: str) -> object:
    try:
        document: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_real,
            parse_constant=lambda _: _NO_NUMBER,
        )
    except RecursionError:
        raise ValidationFailed([wrong(Problem.MALFORMED).at(FILE)]) from None
    except JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValidationFailed([wrong(Problem.MALFORMED).at(place)]) from None
    return document


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = _Flaw(Problem.REPEATED) if name in found else value
    return found


def _whole(digits: str) -> object:
    if len(digits) > _LONGEST_NUMBER or not -_NUMBERS_END < int(digits) < _NUMBERS_END:
        return _NO_NUMBER
    return int(digits)


def _real(digits: str) -> object:
    number = float(digits)
    return number if abs(number) < _NUMBERS_END else _NO_NUMBER


def _flaws(document: dict[str, Any]) -> Iterator[FieldProblem]:
    """Yield what cannot be kept in *document*, in its order; nesting costs no stack."""
    rest: list[tuple[_Steps, object]] = [((), document)]
    while rest:
        steps, value = rest.pop()
        if len(steps) > MAX_DEPTH:
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
            yield wrong(Problem.UNSTORABLE_TEXT).at(*(steps or (FILE,)))


def _parts(value: object) -> list[tuple[str | int, object]]:
    """Return what is in *value*, and where."""
    match value:
        case dict():
            return [*value.items()]
        case list():
            return [*enumerate(value)]
    return []
