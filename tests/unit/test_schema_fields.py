"""Fields that are drawn from the schemas of our drivers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pytest

from photochanger_core.ports.provider import Operation
from photochanger_web.pages.fields import Field, Kind
from photochanger_web.pages.schema_fields import SettingsForm


def shipped() -> Mapping[str, Operation]:
    found = {}
    for driver in ("gemini", "turbotext"):
        text = (files("photochanger_adapters") / driver / "schema.json").read_text("utf-8")
        for name, described in json.loads(text)["operations"].items():
            found[f"{driver}/{name}"] = Operation(schema=described["settings"])
    return found


def sent(fields: list[Field]) -> dict[str, str]:
    """Return what a browser sends of fields that nobody has touched."""
    rows = [one for one in fields if one.kind is Kind.ROWS]
    cells = sent([cell for one in rows for row in one.rows for cell in row]) if rows else {}
    fields = [one for one in fields if one.kind is not Kind.ROWS]
    return cells | {f"has.{one.name}": "1" for one in rows} | sent_each(fields)


def sent_each(fields: list[Field]) -> dict[str, str]:
    given = {f"has.{one.name}": "1" for one in fields if one.kind is Kind.FLAG}
    given |= {one.name: "on" for one in fields if one.kind is Kind.FLAG and one.is_on}
    texts = {one.name: one.value for one in fields if one.kind is not Kind.FLAG}
    return given | {name: text.replace("\n", "\r\n") for name, text in texts.items()}


def settings_form(name: str, stored: dict[str, Any]) -> SettingsForm:
    return SettingsForm(operation=shipped()[name], prefix="settings.", stored=stored)


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_nobody_touches_stays_as_by_default(name: str, language: str) -> None:
    form = settings_form(name, {})
    fields = form.fields(language, {})

    schema: Any = shipped()[name].schema
    assert [one.name for one in fields] == [f"settings.{part}" for part in schema["properties"]]
    assert form.values(sent([*fields])) == {}


@pytest.mark.parametrize(
    "name, stored",
    [
        (
            "gemini/image_edit",
            {
                "prompt": "One\ntwo",
                "system_instruction": "",
                "image_size": "2K",
                "safety_settings": [{"category": "x", "threshold": "OFF"}],
            },
        ),
        ("gemini/image_edit", {"prompt": "p", "model": "gemini-3.1-flash-image"}),
        ("turbotext/image_edit", {"prompt": "p", "strength": 0, "scale": 0.5}),
        ("turbotext/identity_transfer", {"face_restore": False}),
        ("turbotext/custom", {"method": "mix", "fields": {"a": "б"}}),
    ],
)
def test_what_is_stored_comes_back_as_it_was(name: str, stored: dict[str, Any]) -> None:
    form = settings_form(name, stored)

    assert form.values(sent([*form.fields("ru", {})])) == stored
