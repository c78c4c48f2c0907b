"""What is set of a slot, between a form and the core."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from photochanger_core.domain.route import DEFAULT_SHARE
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import plain
from photochanger_core.ports.provider import Operation
from photochanger_core.use_cases.describe_providers import ProvidersView

from .fields import Kind, filled_in
from .row_fields import REMOVE
from .schema_fields import SettingsForm
from .slot_fields import fill_in

_TEMPLATE: Final = re.compile(r"template_media\[(0|[1-9][0-9]{0,2})\]\.media_object_id")

Values = dict[str, Any]
"""All that is set of a slot, as `plain` returns it; what is wrong, as it was filled in."""


def values_of(given: Mapping[str, str], slot: Slot, providers: ProvidersView) -> Values:
    """Return what *given* makes of *slot*: what is not given stays as it is."""
    values = deepcopy(plain(slot))
    fill_in(values, given)
    values["template_media"] = _templates(given, values["template_media"])
    _fill_in_route(values, given, providers)
    values["fallback"] = _fallback(values["fallback"], given, providers)
    return values


def with_route(values: Values, route: str, providers: ProvidersView) -> Values:
    """Return *values* with another provider and operation, and the settings that both know."""
    changed = {**values, **_named(route)}
    operation = operation_of(providers, changed)
    schema: Any = operation.schema if operation else {}
    known = schema.get("properties", {})
    kept = {name: value for name, value in values["settings"].items() if name in known}
    return {**changed, "settings": kept}


def _fill_in_route(values: Values, given: Mapping[str, str], providers: ProvidersView) -> None:
    route = given.get("route", route_name(values))
    stored = values["settings"] if route == route_name(values) else {}
    values.update(_named(route))
    operation = operation_of(providers, values)
    form = SettingsForm(operation=operation, prefix="settings.", stored=stored)
    values["settings"] = form.values(given)


def _fallback(
    old: Mapping[str, Any] | None, given: Mapping[str, str], providers: ProvidersView
) -> Mapping[str, Any] | None:
    route = given.get("fallback.route", "" if old is None else route_name(old))
    if not route:
        return None
    stored = old["settings"] if old is not None and route == route_name(old) else {}
    operation = operation_of(providers, _named(route))
    form = SettingsForm(operation=operation, prefix="fallback.settings.", stored=stored)
    share = filled_in(Kind.WHOLE, given.get("fallback.share", ""))
    return {
        **_named(route),
        "settings": form.values(given),
        "share": (old or {}).get("share", DEFAULT_SHARE) if share is None else share,
    }


def _templates(given: Mapping[str, str], old: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
    if "has.template_media" not in given:
        return old
    places = sorted(int(found[1]) for found in map(_TEMPLATE.fullmatch, given) if found)
    return [
        {
            "media_kind": given.get(f"template_media[{place}].media_kind", ""),
            "media_object_id": given[f"template_media[{place}].media_object_id"],
        }
        for place in places
        if given.get(REMOVE) != f"template_media[{place}]"
    ]


def operation_of(providers: ProvidersView, route: Mapping[str, Any]) -> Operation | None:
    """Return the operation that *route* leads to; None: nobody knows it."""
    return providers.operations.get(route["provider"], {}).get(route["operation"])


def route_name(route: Mapping[str, Any]) -> str:
    """Return what fields call *route*."""
    return f"{route['provider']}/{route['operation']}"


def changes_between(old: Values, new: Values) -> Values:
    """Return what is otherwise in *new*, by field."""
    # As JSON: 1 is neither true nor 1.0 there.
    return {name: new[name] for name in new if json.dumps(new[name]) != json.dumps(old[name])}


def _named(route: str) -> Mapping[str, str]:
    provider, _, operation = route.partition("/")
    return {"provider": provider, "operation": operation}
