"""Fields of an operation, as the schema of its driver describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from photochanger_core.domain.localised import localised
from photochanger_core.ports.provider import Operation
from photochanger_web.locale import page_text

from .fields import PLACE, Choice, Field, Kind, filled_in, is_ticked, problem_at, shown
from .row_fields import Row, Rows, cell_path, rows_of

_LINE: Final = 200
"""Characters that fit into a line: whatever may be longer gets an area."""

_BY_TYPE: Final = {
    "boolean": Kind.FLAG,
    "integer": Kind.WHOLE,
    "number": Kind.NUMBER,
    "array": Kind.JSON,
    "object": Kind.JSON,
}

Part = Mapping[str, Any]
"""What a schema says of one setting."""


@frozen(kw_only=True)
class SettingsForm:
    """The settings of a route in a form.

    Attributes:
        operation: Whose settings; None: nobody knows it.
        prefix: What the names of its fields begin with.
        stored: Settings that there are.
    """

    operation: Operation | None
    prefix: str
    stored: Mapping[str, Any]

    def fields(self, language: str, problems: Mapping[str, str]) -> Sequence[Field]:
        """Return the fields in the order of the schema, with texts in *language*."""
        schema: Any = localised(self.operation.schema, language) if self.operation else {}
        required = schema.get("required", ())
        found = []
        for name, part in schema.get("properties", {}).items():
            value, path = self.stored.get(name, part.get("default")), self.prefix + name
            field = evolve(field_of(path, part, value, problems), is_required=name in required)
            rows = rows_of(part)
            values = None if rows is None else rows.shown(value)
            if rows is not None and values is not None:
                field = _with_rows(field, rows, values, language, problems)
            if rows is not None and rows.is_ambiguous(value):
                field = evolve(field, problem=page_text(language, "slot.names_twice"))
            found.append(field)
        return found

    def values(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Return the settings as they were filled in. What is as by default is left out."""
        parts = self._parts()
        values = {name: value for name, value in self.stored.items() if name not in parts}
        for name, part in parts.items():
            value = self._value(name, part, given)
            is_new = name in self.stored or value != part.get("default")
            if is_new and value is not None and (value != "" or part.get("default")):
                values[name] = value
        return values

    def _value(self, name: str, part: Part, given: Mapping[str, str]) -> Any:  # noqa: ANN401
        kind, path, rows = _kind(part), self.prefix + name, rows_of(part)
        if rows is not None and f"has.{path}" in given:
            return rows.read(path, given, {cell: _kind(one) for cell, one in rows.cells.items()})
        if kind is Kind.FLAG:
            ticked = is_ticked(given, path)
            return self.stored.get(name) if ticked is None else ticked
        if path not in given:
            return self.stored.get(name)
        return filled_in(kind, given[path])

    def _parts(self) -> Mapping[str, Any]:
        schema: Any = self.operation.schema if self.operation else {}
        parts: Mapping[str, Any] = schema.get("properties", {})
        return parts


def field_of(path: str, part: Part, value: object, problems: Mapping[str, str]) -> Field:
    """Return the field at *path* for what *part* of a schema describes, with *value* in it."""
    kind = _kind(part)
    return Field(
        name=path,
        kind=kind,
        label=part.get("title", path),
        hint=part.get("description", ""),
        value=shown(kind, value),
        is_on=value is True,
        choices=_choices(part, value) if kind is Kind.CHOICE else (),
        suggestions=part.get("examples", ()),
        least=part.get("minimum"),
        most=part.get("maximum"),
        longest=part.get("maxLength"),
        problem=problem_at(problems, path),
    )


def _with_rows(
    field: Field, rows: Rows, values: Sequence[Row], language: str, problems: Mapping[str, str]
) -> Field:
    parts = {cell: localised(part, language) for cell, part in rows.cells.items()}

    def row(place: int | str, values: Row) -> Sequence[Field]:
        at = {cell: cell_path(field.name, place, cell) for cell in parts}
        told = {**problems, **rows.problems(field.name, place, values, problems)}
        return [field_of(at[cell], part, values.get(cell), told) for cell, part in parts.items()]

    made = [row(place, one) for place, one in enumerate(values)]
    # What is told at a cell is not told once more of all of them.
    inside = any(cell.problem for cells in made for cell in cells)
    return evolve(
        field,
        kind=Kind.ROWS,
        rows=made,
        new_row=row(PLACE, {}),
        problem=None if inside else field.problem,
    )


def _kind(part: Part) -> Kind:
    if "enum" in part:
        return Kind.CHOICE
    found = _BY_TYPE.get(part["type"]) if isinstance(part.get("type"), str) else None
    if found is not None:
        return found
    return Kind.LONG if part.get("maxLength", 0) > _LINE else Kind.TEXT


def _choices(part: Part, value: object) -> Sequence[Choice]:
    """Return what may be chosen, and what is set if that is something else."""
    labels = {"": "—", **part.get("x-labels", {})}
    known = ["" if one is None else str(one) for one in part["enum"]]
    told = shown(Kind.CHOICE, value)
    names = known if told in known else [told, *known]
    return [Choice(value=name, label=labels.get(name, name)) for name in names]
