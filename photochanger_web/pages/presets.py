"""Ready-made settings for events: they fill in the form, and nothing is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from attrs import frozen

from .slot_values import Values, route_name


@frozen(kw_only=True)
class Preset:
    """Settings for photos that go to *route*, and what people call them, in one language."""

    name: str
    route: str
    title: str
    settings: Mapping[str, object]


def _read() -> Sequence[Mapping[str, Any]]:
    text = (files(__package__) / "presets.json").read_text(encoding="utf-8")
    presets: Sequence[Mapping[str, Any]] = json.loads(text)["presets"]
    return presets


_PRESETS: Final = _read()


def presets_for(route: str, language: str) -> Sequence[Preset]:
    """Return those for photos that go to *route*, in *language*."""
    return [
        Preset(name=one["name"], route=route, **one[language])
        for one in _PRESETS
        if one["route"] == route
    ]


def with_preset(values: Values, name: str, language: str) -> Values:
    """Return *values* with the settings of the preset *name*; as they are, if it does not fit."""
    for preset in presets_for(route_name(values), language):
        if preset.name == name:
            return {**values, "settings": {**values["settings"], **preset.settings}}
    return values
