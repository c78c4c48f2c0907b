"""What the forms of operators are made from: schemas in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from photochanger_adapters.gemini.settings import SCHEMAS
from photochanger_adapters.settings_schema.schemas import FILE, SettingsSchemas
from photochanger_adapters.simulators.gemini_rules import MODELS
from photochanger_core.domain.localised import localised
from tests.settings_schemas import problem_of

ADAPTERS: Final = Path(__file__).parents[2] / "photochanger_adapters"
DRIVERS: Final = sorted(path.parent.name for path in ADAPTERS.glob(f"*/{FILE}"))
SHIPPED: Final = [
    pytest.param(schemas, operation, id=f"{driver}-{operation}")
    for driver in DRIVERS
    for schemas in [SettingsSchemas.of(f"photochanger_adapters.{driver}")]
    for operation in schemas.operations
]
ANNOTATIONS: Final = {"$schema", "title", "description", "x-ru", "default", "examples"}
SPOKEN: Final = {
    *("type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum"),
    *("items", "minItems", "maxItems", "properties", "required", "additionalProperties"),
}
"""Keywords that problems have words for."""

TEXTS: Final = ("title", "description")
CYRILLIC: Final = re.compile("[А-Яа-яЁё]")

NAMES = st.sampled_from(["type", "properties", "items", "enum", "default", *TEXTS])
PLAIN = st.dictionaries(
    NAMES,
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=5,
    ),
)
Spoken = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
"""A schema as it is written, in English, and in Russian."""


@st.composite
def spoken(draw: st.DrawFn, depth: int = 2) -> Spoken:
    plain = draw(PLAIN)
    forms: Spoken = ({**plain}, {**plain}, {**plain})
    written, _, russian = forms
    if depth:
        one, many = draw(spoken(depth - 1)), draw(st.lists(spoken(depth - 1), max_size=2))
        for number, form in enumerate(forms):
            form |= {"items": one[number], "anyOf": [inside[number] for inside in many]}
    texts = draw(st.none() | st.dictionaries(st.sampled_from(TEXTS), st.text()))
    if texts is not None:
        written["x-ru"] = texts
        russian |= texts
    return forms


@given(spoken())
def test_a_schema_is_told_in_one_language_and_loses_nothing_else(forms: Spoken) -> None:
    written, english, russian = forms

    assert localised(written, "en") == english
    assert localised(written, "ru") == russian


def parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield *schema* and all schemas inside."""
    yield schema
    inside = [*schema.get("properties", {}).values()]
    inside += [schema[name] for name in ("items", "additionalProperties") if schema.get(name)]
    for part in inside:
        yield from parts(part)


def test_gemini_offers_the_models_that_are_alive() -> None:
    [operation] = SCHEMAS.operations.values()
    properties: Any = operation.schema["properties"]

    assert "gemini" in DRIVERS
    assert not operation.requires_public_media
    assert properties["model"]["examples"] == [*MODELS]


@pytest.mark.parametrize("schemas, operation", SHIPPED)
def test_schemas_say_only_what_problems_have_words_for(
    schemas: SettingsSchemas, operation: str
) -> None:
    schema: Any = schemas.operations[operation].schema

    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert set().union(*parts(schema)) <= ANNOTATIONS | SPOKEN


@pytest.mark.parametrize("schemas, operation", SHIPPED)
def test_every_field_is_explained_in_both_languages(
    schemas: SettingsSchemas, operation: str
) -> None:
    for part in parts(schemas.operations[operation].schema):
        assert [*part["x-ru"]] == [*TEXTS]
        for name in TEXTS:
            assert CYRILLIC.search(part["x-ru"][name])
            assert part[name]
            assert not CYRILLIC.search(part[name])


@pytest.mark.parametrize("schemas, operation", SHIPPED)
def test_whatever_is_offered_is_right(schemas: SettingsSchemas, operation: str) -> None:
    for part in parts(schemas.operations[operation].schema):
        offered = [part["default"]] if "default" in part else []
        for value in [*offered, *part.get("examples", ())]:
            assert problem_of(part, value) is None


@pytest.mark.parametrize("schemas, operation", SHIPPED)
def test_no_pattern_lets_a_line_end_through(schemas: SettingsSchemas, operation: str) -> None:
    for part in parts(schemas.operations[operation].schema):
        pattern = part.get("pattern", "")
        # In Python, unlike in browsers, `$` also stands before a line end.
        assert not pattern.endswith("$") or pattern.endswith(r"(?!\n)$")
