"""Fields of an operation, as the schema of its driver describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.localised import localised
from photochanger_core.ports.provider import Operation

from .fields import Choice, Field, Kind, filled_in, is_ticked, problem_at, shown

_LINE: Final = 200
"""Characters that fit into a line: whatever may be longer gets an area."""

_BY_TYPE: Final = {
    "boolean": Kind.FLAG,
    "integer": Kind.WHOLE,
    "number": Kind.NUMBER,
    "array": Kind.JSON,
    "object": Kind.JSON,
}


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
        return [
            self._field(name, part, problems, is_required=name in required)
            for name, part in schema.get("properties", {}).items()
        ]

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

    def _value(self, name: str, part: Mapping[str, Any], given: Mapping[str, str]) -> Any:  # noqa: ANN401
        kind, path = _kind(part), self.prefix + name
        if kind is Kind.FLAG:
            ticked = is_ticked(given, path)
            return self.stored.get(name) if ticked is None else ticked
        if path not in given:
            return self.stored.get(name)
        return filled_in(kind, given[path])

    def _field(
        self, name: str, part: Mapping[str, Any], problems: Mapping[str, str], *, is_required: bool
    ) -> Field:
        kind, value = _kind(part), self.stored.get(name, part.get("default"))
        return Field(
            name=self.prefix + name,
            kind=kind,
            label=part.get("title", name),
            hint=part.get("description", ""),
            value=shown(kind, value),
            is_on=value is True,
            choices=_choices(part),
            suggestions=part.get("examples", ()),
            least=part.get("minimum"),
            most=part.get("maximum"),
            longest=part.get("maxLength"),
            is_required=is_required,
            problem=problem_at(problems, self.prefix + name),
        )

    def _parts(self) -> Mapping[str, Any]:
        schema: Any = self.operation.schema if self.operation else {}
        parts: Mapping[str, Any] = schema.get("properties", {})
        return parts


def _kind(part: Mapping[str, Any]) -> Kind:
    if "enum" in part:
        return Kind.CHOICE
    found = _BY_TYPE.get(part["type"]) if isinstance(part.get("type"), str) else None
    if found is not None:
        return found
    return Kind.LONG if part.get("maxLength", 0) > _LINE else Kind.TEXT


def _choices(part: Mapping[str, Any]) -> Sequence[Choice]:
    return [
        Choice(value="" if one is None else str(one), label="—" if one is None else str(one))
        for one in part.get("enum", ())
    ]
