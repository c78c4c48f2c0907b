"""Fields of forms: what they show, and what is made of what was filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import isfinite
from typing import Any, Final

from attrs import frozen

PLACE: Final = "PLACE"
"""Stands in names of fields where scripts put the place of a row."""

_NOT_IN_IDS: Final = re.compile("[^a-z0-9]+")


class Kind(StrEnum):
    """How a field looks and what it holds."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    ROWS = "rows"
    JSON = "json"


@frozen(kw_only=True)
class Choice:
    """One of what a field may be."""

    value: str
    label: str


@frozen(kw_only=True)
class Field:
    """A field of a form, as it is shown.

    Attributes:
        name: Its path, as problems name it.
        value: As it is filled in.
        suggestions: Values that are offered; others may be entered.
        rows: Fields of each row, where it has those.
        new_row: Those of an empty row, at the place `PLACE`.
        problem: What is wrong with it, as a sentence; None: nothing.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    value: str = ""
    is_on: bool = False
    choices: Sequence[Choice] = ()
    suggestions: Sequence[str] = ()
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    is_required: bool = False
    rows: Sequence[Sequence[Field]] = ()
    new_row: Sequence[Field] = ()
    problem: str | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether anything is wrong with it, or in its rows."""
        return self.problem is not None or any(cell.problem for row in self.rows for cell in row)

    @property
    def id(self) -> str:
        """Return what labels and links find it by."""
        return field_id(self.name)


def field_id(name: str) -> str:
    """Return the id of the field with the path *name*."""
    return "field-" + _NOT_IN_IDS.sub("-", name.lower()).strip("-")


def shown(kind: Kind, value: object) -> str:
    """Return *value* as a field of *kind* shows it, or as it was filled in if it is none."""
    if value is None or kind is Kind.FLAG:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, indent=2 if kind is Kind.JSON else None)


def filled_in(kind: Kind, text: str) -> Any:  # noqa: ANN401 - whatever JSON can say
    """Return the value that *text* is; None: nothing; what cannot be read is left as it is."""
    match kind:
        case Kind.TEXT | Kind.LONG:
            return text.replace("\r\n", "\n")
        case Kind.CHOICE:
            return text or None
    return _read(kind, text.strip())


def _read(kind: Kind, text: str) -> Any:  # noqa: ANN401 - whatever JSON can say
    if not text:
        return None
    try:
        return _READERS[kind](text)
    except (ValueError, RecursionError):
        return text


def _json(text: str) -> Any:  # noqa: ANN401 - whatever JSON can say
    value = json.loads(text)
    # Neither NaN nor half a surrogate pair can be shown again.
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    return value


def _number(text: str) -> float:
    number = float(text.replace(",", "."))
    if not isfinite(number):
        raise ValueError(text)
    return int(number) if number.is_integer() else number


_READERS: Final[Mapping[Kind, Callable[[str], Any]]] = {
    Kind.JSON: _json,
    Kind.WHOLE: int,
    Kind.NUMBER: _number,
}


def is_ticked(given: Mapping[str, str], name: str) -> bool | None:
    """Return whether the box *name* was ticked; None: there was no such box."""
    return name in given if f"has.{name}" in given else None


def problem_at(problems: Mapping[str, str], name: str) -> str | None:
    """Return the first problem of the field *name*, or of what is inside of it."""
    inside = (f"{name}.", f"{name}[")
    found = (text for path, text in problems.items() if path == name or path.startswith(inside))
    return next(found, None)
