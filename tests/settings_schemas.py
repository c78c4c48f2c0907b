"""Schemas of a driver's settings, made up and shipped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator

from photochanger_adapters.settings_schema.schemas import SettingsSchemas
from photochanger_core.ports.provider import Operation

LABELS: Final = "x-labels"
ANNOTATIONS: Final = {
    *("$schema", "title", "description", "x-ru", LABELS, "default", "examples"),
}
SPOKEN: Final = {
    *("type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum"),
    *("items", "minItems", "maxItems", "properties", "required", "additionalProperties"),
}
"""Keywords that problems have words for."""

TEXTS: Final = ("title", "description")
CYRILLIC: Final = re.compile("[А-Яа-яЁё]")

Schema = Mapping[str, Any]
Rule = Callable[[Schema], None]


def schemas_of(properties: Mapping[str, object], **more: object) -> SettingsSchemas:
    """Return the schemas of a driver with one operation, `do`."""
    schema = {"type": "object", "properties": properties, "additionalProperties": False, **more}
    return SettingsSchemas({"do": Operation(schema=schema)})


def problems_of(part: object, value: object) -> list[str]:
    """Return what is wrong with *value* for a setting `it` with the schema *part*."""
    return [str(problem) for problem in schemas_of({"it": part}).check("do", {"it": value})]


def parts(schema: Schema) -> Iterator[Schema]:
    """Yield *schema* and all schemas inside."""
    yield schema
    inside = [*schema.get("properties", {}).values()]
    inside += [schema[name] for name in ("items", "additionalProperties") if schema.get(name)]
    for part in inside:
        yield from parts(part)


def says_only_what_problems_have_words_for(schema: Schema) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert set().union(*parts(schema)) <= ANNOTATIONS | SPOKEN


def explains_every_field_in_both_languages(schema: Schema) -> None:
    for part in parts(schema):
        assert [*part["x-ru"]] == [*TEXTS, *([LABELS] if LABELS in part else [])]
        for name in TEXTS:
            assert CYRILLIC.search(part["x-ru"][name])
            assert part[name]
            assert not CYRILLIC.search(part[name])


def names_every_value_that_it_names_in_both_languages(schema: Schema) -> None:
    for part in parts(schema):
        if LABELS in part:
            english, russian = part[LABELS], part["x-ru"][LABELS]
            assert [*english] == [*russian] == part["enum"]
            assert all(map(CYRILLIC.search, russian.values()))
            assert not any(map(CYRILLIC.search, english.values()))


def offers_only_what_is_right(schema: Schema) -> None:
    for part in parts(schema):
        offered = [part["default"]] if "default" in part else []
        for value in [*offered, *part.get("examples", ())]:
            assert problems_of(part, value) == []


def lets_no_line_end_through_a_pattern(schema: Schema) -> None:
    for part in parts(schema):
        pattern = part.get("pattern", "")
        # In Python, unlike in browsers, `$` also stands before a line end.
        assert not pattern.endswith("$") or pattern.endswith(r"(?!\n)$")


RULES: Final[tuple[Rule, ...]] = (
    says_only_what_problems_have_words_for,
    explains_every_field_in_both_languages,
    names_every_value_that_it_names_in_both_languages,
    offers_only_what_is_right,
    lets_no_line_end_through_a_pattern,
)
"""What every operation's schema keeps, so that forms can be made from it."""
