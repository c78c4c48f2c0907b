"""Schemas of a driver's settings, made up and shipped."""

from __future__ import annotations

from collections.abc import Mapping

from photochanger_adapters.settings_schema.schemas import SettingsSchemas
from photochanger_core.ports.provider import Operation


def schemas_of(properties: Mapping[str, object], **more: object) -> SettingsSchemas:
    """Return the schemas of a driver with one operation, `do`."""
    schema = {"type": "object", "properties": properties, "additionalProperties": False, **more}
    return SettingsSchemas({"do": Operation(schema=schema)})


def problem_of(part: object, value: object) -> str | None:
    """Return what is wrong with *value* for a setting with the schema *part*."""
    return dict(schemas_of({"it": part}).check("do", {"it": value})).get("settings.it")
