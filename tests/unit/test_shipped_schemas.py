"""What the forms of operators are made from: schemas in two languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.gemini.settings import SCHEMAS
from photochanger_adapters.settings_schema.schemas import FILE, SettingsSchemas
from photochanger_adapters.simulators.gemini_rules import MODELS
from photochanger_core.domain.localised import localised
from tests.settings_schemas import RULES, TEXTS, Rule

ADAPTERS: Final = Path(__file__).parents[2] / "photochanger_adapters"
DRIVERS: Final = sorted(path.parent.name for path in ADAPTERS.glob(f"*/{FILE}"))
PACKAGES: Final = [*(f"photochanger_adapters.{name}" for name in DRIVERS), "tests.third_driver"]
SHIPPED: Final = [
    pytest.param(schemas, operation, id=f"{package.rpartition('.')[2]}-{operation}")
    for package in PACKAGES
    for schemas in [SettingsSchemas.of(package)]
    for operation in schemas.operations
]

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


def test_gemini_offers_the_models_that_are_alive() -> None:
    [operation] = SCHEMAS.operations.values()
    properties: Any = operation.schema["properties"]

    assert "gemini" in DRIVERS
    assert not operation.requires_public_media
    assert properties["model"]["examples"] == [*MODELS]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("schemas, operation", SHIPPED)
def test_every_schema_keeps_every_rule(
    schemas: SettingsSchemas, operation: str, rule: Rule
) -> None:
    rule(schemas.operations[operation].schema)
