"""The form that a slot is set up with: from values to fields, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.localised import localised
from photochanger_core.domain.route import DEFAULT_SHARE
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import plain
from photochanger_core.ports.provider import Operation
from photochanger_core.use_cases.describe_providers import ProvidersView
from photochanger_web.locale import page_text

from .fields import Choice, Field, Kind, filled_in, problem_at, shown
from .schema_fields import SettingsForm
from .slot_fields import SECTIONS, fill_in

_TEMPLATE: Final = re.compile(r"template_media\[(0|[1-9][0-9]{0,2})\]\.media_object_id")

_ROUTE_PARTS: Final = {
    *("provider", "operation"),
    *("fallback.provider", "fallback.operation"),
    "ingest_password",
}
"""What problems name that stand at the field of the route, or beside that of the password."""

Values = dict[str, Any]
"""All that is set of a slot, as `plain` returns it; what is wrong, as it was filled in."""


@frozen(kw_only=True)
class SlotForm:
    """A form over *values*, with what is wrong with them."""

    values: Values
    providers: ProvidersView
    language: str
    problems: Mapping[str, str]

    @property
    def sections(self) -> Mapping[str, Sequence[Field]]:
        """The fields of each part of the page."""
        return {
            part: [spec.field(self.language, self.values, self.problems) for spec in specs]
            for part, specs in SECTIONS.items()
        }

    @property
    def route(self) -> Field:
        """What photos go to."""
        return self._route("route", self.values, "")

    @property
    def settings(self) -> Sequence[Field]:
        """How it is to be done there."""
        return self._settings("settings.", self.values)

    @property
    def fallback_route(self) -> Field:
        """What photos go to if the first way leads to nothing; empty: nowhere."""
        return self._route("fallback.route", self.values["fallback"], "fallback.")

    @property
    def fallback_settings(self) -> Sequence[Field]:
        """How it is to be done there, and in how much of the time."""
        fallback = self.values["fallback"]
        if fallback is None:
            return ()
        share = Field(
            name="fallback.share",
            kind=Kind.WHOLE,
            label=page_text(self.language, "slot.share"),
            hint=page_text(self.language, "slot.share_hint"),
            value=shown(Kind.WHOLE, fallback["share"]),
            least=10,
            most=80,
            problem=problem_at(self.problems, "fallback.share"),
        )
        return [share, *self._settings("fallback.settings.", fallback)]

    @property
    def shown(self) -> str:
        """Which operations the form has the fields of."""
        return f"{self.route.value} {self.fallback_route.value}"

    @property
    def needs_public_media(self) -> bool:
        """Whether pictures have to be of types that providers fetch."""
        operation = _operation(self.providers, self.values)
        return operation is not None and operation.requires_public_media

    @property
    def fields(self) -> Sequence[Field]:
        """All fields."""
        parts = [field for part in self.sections.values() for field in part]
        routes = [self.route, *self.settings, self.fallback_route, *self.fallback_settings]
        return [*parts, *routes]

    @property
    def elsewhere(self) -> Mapping[str, str]:
        """Problems that stand at none of the fields."""
        names = {field.name for field in self.fields} | _ROUTE_PARTS
        return {
            path: text
            for path, text in self.problems.items()
            if not any(problem_at({path: text}, name) for name in names)
        }

    def _settings(self, prefix: str, route: Mapping[str, Any]) -> Sequence[Field]:
        operation = _operation(self.providers, route)
        form = SettingsForm(operation=operation, prefix=prefix, stored=route["settings"])
        return form.fields(self.language, self.problems)

    def _route(self, name: str, route: Mapping[str, Any] | None, prefix: str) -> Field:
        wrong = [problem_at(self.problems, prefix + part) for part in ("provider", "operation")]
        known = self._routes(optional=bool(prefix))
        value = "" if route is None else _route_name(route)
        if value not in {one.value for one in known}:
            known = [*known, Choice(value=value, label=value)]
        return Field(
            name=name,
            kind=Kind.CHOICE,
            label=page_text(self.language, "slot.fallback" if prefix else "slot.route"),
            hint=page_text(self.language, "slot.fallback_hint" if prefix else "slot.route_hint"),
            value=value,
            choices=known,
            problem=next(filter(None, wrong), None),
        )

    def _routes(self, *, optional: bool) -> Sequence[Choice]:
        none = Choice(value="", label=page_text(self.language, "slot.no_fallback"))
        routes = [
            Choice(
                value=f"{provider}/{name}",
                label=f"{provider.capitalize()}: {_title(operation.schema, self.language, name)}",
            )
            for provider, operations in self.providers.operations.items()
            for name, operation in operations.items()
        ]
        return [none, *routes] if optional else routes


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
    operation = _operation(providers, changed)
    schema: Any = operation.schema if operation else {}
    known = schema.get("properties", {})
    kept = {name: value for name, value in values["settings"].items() if name in known}
    return {**changed, "settings": kept}


def _fill_in_route(values: Values, given: Mapping[str, str], providers: ProvidersView) -> None:
    route = given.get("route", _route_name(values))
    stored = values["settings"] if route == _route_name(values) else {}
    values.update(_named(route))
    operation = _operation(providers, values)
    form = SettingsForm(operation=operation, prefix="settings.", stored=stored)
    values["settings"] = form.values(given)


def _fallback(
    old: Mapping[str, Any] | None, given: Mapping[str, str], providers: ProvidersView
) -> Mapping[str, Any] | None:
    route = given.get("fallback.route", "" if old is None else _route_name(old))
    if not route:
        return None
    stored = old["settings"] if old is not None and route == _route_name(old) else {}
    operation = _operation(providers, _named(route))
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
        if given.get("remove") != str(place)
    ]


def _operation(providers: ProvidersView, route: Mapping[str, Any]) -> Operation | None:
    return providers.operations.get(route["provider"], {}).get(route["operation"])


def _route_name(route: Mapping[str, Any]) -> str:
    return f"{route['provider']}/{route['operation']}"


def _named(route: str) -> Mapping[str, str]:
    provider, _, operation = route.partition("/")
    return {"provider": provider, "operation": operation}


def _title(schema: Mapping[str, object], language: str, name: str) -> object:
    return localised(schema, language).get("title", name)
