"""Lists and objects of a schema as rows of fields, which people fill in one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from .fields import Kind, filled_in, is_ticked, problem_at

ADD: Final = "add"
REMOVE: Final = "remove"
"""What forms are sent with to have an empty row, or to be rid of one: its path."""

_PLAIN: Final = frozenset({"string", "integer", "number", "boolean"})
_NOTHING: Final = (None, "", False)
_ITSELF: Final = ""
_NAME: Final = "name"
_VALUE: Final = "value"
_NAME_PART: Final = {"type": "string", "title": "Name", "x-ru": {"title": "Имя"}}

Row = Mapping[str, Any]
"""Values of a row's cells, by their names."""


@frozen(kw_only=True)
class Rows:
    """What rows have in them.

    Attributes:
        cells: Schemas by name. A list of plain values has one cell, the name of which is empty;
            an object has `name` and `value`.
        is_object: Whether it is one of values with free names, no list.
    """

    cells: Mapping[str, Mapping[str, Any]]
    is_object: bool = False

    def shown(self, value: object) -> Sequence[Row] | None:
        """Return the rows of *value*; None: it cannot be shown as rows."""
        if isinstance(value, Mapping) and self.is_object:
            return [{_NAME: name, _VALUE: one} for name, one in value.items()]
        if not isinstance(value, list | tuple):
            return [] if value is None else None
        rows = [{_ITSELF: one} if _ITSELF in self.cells else one for one in value]
        fit = all(isinstance(row, Mapping) and row.keys() <= self.cells.keys() for row in rows)
        return rows if fit else None

    def is_ambiguous(self, value: object) -> bool:
        """Whether *value*, as `read` has returned it, has a name twice."""
        return self.is_object and isinstance(value, list)

    def problems(
        self, path: str, place: int | str, row: Row, problems: Mapping[str, str]
    ) -> Mapping[str, str]:
        """Return what of *problems* is about *row*, if rows are named otherwise there than here."""
        if not self.is_object:
            return {}
        found = problem_at(problems, f"{path}.{row.get(_NAME, '')}")
        return {cell_path(path, place, _VALUE): found} if found else {}

    def read(self, path: str, given: Mapping[str, str], kinds: Mapping[str, Kind]) -> Any:  # noqa: ANN401
        """Return what was filled in at *path*; rows in which nothing is are left out.

        Args:
            path: Of the list or object.
            given: The form.
            kinds: Of the cells, by name.
        """
        rows = [
            {cell: _read(cell_path(path, place, cell), kind, given) for cell, kind in kinds.items()}
            for place in _places(path, given)
            if given.get(REMOVE) != cell_path(path, place, _ITSELF)
        ]
        kept = [row for row in rows if any(value not in _NOTHING for value in row.values())]
        return self._value([*kept, *([{}] if given.get(ADD) == path else [])])

    def _value(self, rows: Sequence[Row]) -> Any:  # noqa: ANN401
        if self.is_object:
            named = {row.get(_NAME) or "": row.get(_VALUE) or "" for row in rows}
            # Where a name is there twice, both rows have to be shown again.
            return named if len(named) == len(rows) else list(rows)
        if _ITSELF in self.cells:
            return [row.get(_ITSELF) for row in rows]
        return [
            {cell: value for cell, value in row.items() if value not in (None, "")} for row in rows
        ]


def rows_of(part: Mapping[str, Any]) -> Rows | None:
    """Return what rows of *part* of a schema have in them; None: it is filled in as JSON."""
    match part:
        case {"type": "array", "items": {"properties": dict(cells)}} if _are_plain(cells):
            return Rows(cells=cells)
        case {"type": "array", "items": dict(item)} if _are_plain({_ITSELF: item}):
            return Rows(cells={_ITSELF: item})
        case {"type": "object", "additionalProperties": dict(value)} if _are_plain(
            {_VALUE: value}
        ) and not part.get("properties"):
            return Rows(cells={_NAME: _NAME_PART, _VALUE: value}, is_object=True)
    return None


def cell_path(path: str, place: int | str, cell: str) -> str:
    """Return the name of the field *cell* in the row at *place*, as problems in lists name it."""
    return f"{path}[{place}].{cell}" if cell else f"{path}[{place}]"


def _read(name: str, kind: Kind, given: Mapping[str, str]) -> Any:  # noqa: ANN401
    return is_ticked(given, name) if kind is Kind.FLAG else filled_in(kind, given.get(name, ""))


def _places(path: str, given: Mapping[str, str]) -> Sequence[int]:
    row = re.compile(re.escape(path) + r"\[(0|[1-9][0-9]{0,2})\](\..*)?", re.DOTALL)
    found = (row.fullmatch(name.removeprefix("has.")) for name in given)
    return sorted({int(one[1]) for one in found if one})


def _are_plain(cells: Mapping[str, Mapping[str, Any]]) -> bool:
    return all("enum" in part or part.get("type") in _PLAIN for part in cells.values())
