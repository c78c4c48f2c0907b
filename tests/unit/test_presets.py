"""Ready-made settings are what the drivers take, in both languages."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

import pytest

from photochanger_adapters.settings_schema.schemas import SettingsSchemas
from photochanger_web.locale import LANGUAGES
from photochanger_web.pages.presets import presets_for, with_preset
from tests.settings_schemas import CYRILLIC

_FILE: Final = files("photochanger_web.pages") / "presets.json"
PRESETS: Final[list[dict[str, Any]]] = json.loads(_FILE.read_text(encoding="utf-8"))["presets"]
ROUTES: Final = sorted({one["route"] for one in PRESETS})


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_drivers_take_them(route: str, language: str) -> None:
    provider, _, operation = route.partition("/")
    schemas = SettingsSchemas.of(f"photochanger_adapters.{provider}")
    presets = presets_for(route, language)

    assert presets
    for preset in presets:
        assert schemas.check(operation, preset.settings) == []


@pytest.mark.parametrize("route", ROUTES)
def test_they_are_the_same_in_both_languages(route: str) -> None:
    russian, english = presets_for(route, "ru"), presets_for(route, "en")

    assert [one.name for one in russian] == [one.name for one in english]
    assert len({one.name for one in russian}) == len(russian)
    for one, other in zip(russian, english, strict=True):
        assert one.settings.keys() == other.settings.keys()
        assert CYRILLIC.search(one.title)
        assert CYRILLIC.search(str(one.settings["prompt"]))
        assert not CYRILLIC.search(other.title + str(other.settings))


def test_what_does_not_fit_changes_nothing() -> None:
    values = {"provider": "gemini", "operation": "image_edit", "settings": {"prompt": "x", "a": 1}}

    assert with_preset(values, "no such", "ru") == values
    assert with_preset({**values, "provider": "x"}, "comic", "ru")["settings"]["prompt"] == "x"
    assert with_preset(values, "comic", "en")["settings"]["a"] == 1
