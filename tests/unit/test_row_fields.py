"""Lists and objects are filled in row by row."""

from __future__ import annotations

from typing import Any, Final

import pytest

from photochanger_core.ports.provider import Operation
from photochanger_web.pages.fields import Kind
from photochanger_web.pages.schema_fields import SettingsForm

PARTS: Final[dict[str, Any]] = {
    "rules": {
        "type": "array",
        "default": [],
        "items": {
            "type": "object",
            "properties": {
                "what": {"type": "string", "enum": ["a", "b"], "x-labels": {"a": "A"}},
                "least": {"type": "integer"},
                "strict": {"type": "boolean"},
            },
        },
    },
    "names": {"type": "array", "items": {"type": "string"}},
    "fields": {"type": "object", "default": {}, "additionalProperties": {"type": "string"}},
    "odd": {"type": "array", "items": {"type": "array"}},
    "any": {"type": "object"},
}


def form_over(**stored: Any) -> SettingsForm:
    operation = Operation(schema={"properties": PARTS})
    return SettingsForm(operation=operation, prefix="s.", stored=stored)


def filled_in(**given: str) -> Any:
    boxes = {f"has.s.{name}": "1" for name in PARTS}
    return form_over(rules=[{"what": "a"}]).values({**boxes, **given})


def test_only_what_has_plain_cells_becomes_rows() -> None:
    kinds = {field.name: field.kind for field in form_over().fields("en", {})}
    rows = {f"s.{name}": Kind.ROWS for name in ("rules", "names", "fields")}
    assert kinds == rows | {"s.odd": Kind.JSON, "s.any": Kind.JSON}


def test_rows_are_read_as_they_were_filled_in() -> None:
    rules = {"s.rules[3].what": "b", "has.s.rules[3].strict": "1", "s.rules[3].least": "5"}
    rules |= {"s.rules[1].what": "a", "s.rules[1].least": "", "s.rules[7].what": ""}
    values = filled_in(**rules, **{"s.names[0]": "x", "s.names[1]": ""})
    assert values["rules"] == [
        {"what": "a"},
        {"what": "b", "least": 5, "strict": False},
    ]
    assert values["names"] == ["x"]


@pytest.mark.parametrize(
    "given, fields",
    [
        ({"s.fields[0].name": "a", "s.fields[0].value": "б"}, {"a": "б"}),
        ({"s.fields[0].name": "a", "s.fields[0].value": ""}, {"a": ""}),
        ({"s.fields[0].name": "", "s.fields[0].value": "x"}, {"": "x"}),
    ],
)
def test_objects_have_a_row_for_each_name(given: dict[str, str], fields: Any) -> None:
    assert filled_in(**given)["fields"] == fields


def test_a_name_that_is_there_twice_loses_nothing() -> None:
    given = {f"s.fields[{at}].{cell}": "a" for at in (0, 1) for cell in ("name", "value")}
    fields = filled_in(**given)["fields"]
    [shown] = [one for one in form_over(fields=fields).fields("en", {}) if one.name == "s.fields"]

    assert len(shown.rows) == 2
    assert shown.problem == "One name is there twice: keep one of them."


def test_rows_come_and_go() -> None:
    given = {"s.names[0]": "x", "s.names[1]": "y"}
    assert filled_in(**given, remove="s.names[0]")["names"] == ["y"]
    assert filled_in(**given, add="s.names")["names"] == ["x", "y", None]
    [field] = [
        one for one in form_over(names=["x", None]).fields("en", {}) if one.name == "s.names"
    ]
    assert [[cell.value for cell in row] for row in field.rows] == [["x"], [""]]


def test_problems_stand_in_their_rows() -> None:
    problems = {"s.rules[1].what": "Wrong", "s.fields.a": "Long"}
    stored = form_over(rules=[{}, {"what": "c"}], fields={"a": "x"})
    rules, _, fields, *_ = stored.fields("en", problems)

    assert [[cell.problem for cell in row] for row in rules.rows] == [
        [None, None, None],
        ["Wrong", None, None],
    ]
    assert [cell.problem for cell in fields.rows[0]] == [None, "Long"]
    assert (rules.problem, fields.problem) == (None, None)
    [choices] = [cell.choices for cell in rules.rows[1][:1]]
    assert [(one.value, one.label) for one in choices] == [("c", "c"), ("a", "A"), ("b", "b")]


@pytest.mark.parametrize("value", ["x", 1, {"a": {}}, [1], [{"other": 1}]])
def test_what_does_not_fit_into_rows_is_shown_as_json(value: Any) -> None:
    [field] = [one for one in form_over(rules=value).fields("en", {}) if one.name == "s.rules"]
    assert field.kind is Kind.JSON
    assert form_over(rules=value).values({"s.rules": field.value})["rules"] == value
