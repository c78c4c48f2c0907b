"""JSON from a file that anybody may have written: what cannot be kept is told by its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from json import JSONDecodeError
from typing import Any, Final

from attrs import frozen

from .checks import is_storable
from .errors import FieldProblem, ValidationFailed
from .structuring import step

FILE: Final = "file"
"""The path of what is wrong as a whole."""

MAX_DEPTH: Final = 50
"""Levels of nesting: many more than the settings of any slot have."""

_MOST_PARTS: Final = 1_000_000
"""Commas and brackets: what is made of them takes hundreds of times their place in memory."""

_NUMBERS_END: Final = 2**63
_LONGEST_NUMBER: Final = 40
_TOLD: Final = 20
"""Problems that are told at most: a broken file has more than anybody reads."""

_LONGEST_PATH: Final = 100
"""Characters of a path that leads too deep."""


@frozen
class _Flaw:
    """Stands in a document for what cannot be kept there."""

    problem: str


_NO_NUMBER: Final = _Flaw("is a number that cannot be stored")


def parsed(text: str) -> dict[str, Any]:
    """Return the object that *text* is.

    Raises:
        ValidationFailed: If it is none, naming each place in it that cannot be kept.
    """
    if sum(text.count(mark) for mark in ",[{") > _MOST_PARTS:
        raise ValidationFailed([(FILE, "has too many parts")])
    document = _loaded(text)
    if not isinstance(document, dict):
        raise ValidationFailed([(FILE, "must be an object")])
    refuse(_flaws(document))
    return document


def refuse(problems: Iterator[FieldProblem]) -> None:
    """Return if there are no *problems*.

    Raises:
        ValidationFailed: If there are, naming the first of them.
    """
    if found := list(islice(problems, _TOLD)):
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
        raise ValidationFailed([(FILE, "is nested too deep")]) from None
    except JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValidationFailed([(FILE, f"is no JSON at {place}: {error.msg}")]) from None
    return document


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = _Flaw("stands there twice") if name in found else value
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
    rest: list[tuple[str, object, int]] = [("", document, 0)]
    while rest:
        path, value, depth = rest.pop()
        if depth > MAX_DEPTH:
            yield path[:_LONGEST_PATH], "is nested too deep"
            return
        yield from _flaws_of(path or FILE, value)
        rest += [(place, part, depth + 1) for place, part in reversed(_parts(path, value))]


def _flaws_of(path: str, value: object) -> Iterator[FieldProblem]:
    match value:
        case _Flaw():
            yield path, value.problem
        case str() if not is_storable(value):
            yield path, "is text that cannot be stored"
        case dict() if not all(map(is_storable, value)):
            yield path, "has a field whose name cannot be stored"


def _parts(path: str, value: object) -> list[tuple[str, object]]:
    """Return what is in *value*, and where."""
    match value:
        case dict():
            prefix = f"{path}." if path else ""
            return [(f"{prefix}{step(name)}", part) for name, part in value.items()]
        case list():
            return [(f"{path}[{place}]", part) for place, part in enumerate(value)]
    return []
