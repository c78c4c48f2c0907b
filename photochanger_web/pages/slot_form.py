"""The form that a slot is set up with: what fields there are, and what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from photochanger_core.use_cases.describe_providers import ProvidersView
from photochanger_web.locale import page_text

from .fields import Choice, Field, Kind, problem_at, shown
from .route_titles import route_title
from .schema_fields import SettingsForm
from .slot_fields import SECTIONS
from .slot_values import Values, operation_of, route_name

_ROUTE_PARTS: Final = {
    *("provider", "operation"),
    *("fallback.provider", "fallback.operation"),
    "ingest_password",
}
"""What problems name that stand at the field of the route, or beside that of the password."""


_PROMPT: Final = "settings.prompt"


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
    def main_settings(self) -> Sequence[Field]:
        """What has to be filled in, and the prompt; the rest is well as it is by default."""
        return [field for field in self.settings if _is_main(field)]

    @property
    def finer_settings(self) -> Sequence[Field]:
        """The others."""
        return [field for field in self.settings if not _is_main(field)]

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
        operation = operation_of(self.providers, self.values)
        return operation is not None and operation.requires_public_media

    @property
    def fields(self) -> Sequence[Field]:
        """All fields, also those in rows."""
        parts = [field for part in self.sections.values() for field in part]
        routes = [self.route, *self.settings, self.fallback_route, *self.fallback_settings]
        whole = [*parts, *routes]
        return [*whole, *(cell for field in whole for row in field.rows for cell in row)]

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
        operation = operation_of(self.providers, route)
        form = SettingsForm(operation=operation, prefix=prefix, stored=route["settings"])
        return form.fields(self.language, self.problems)

    def _route(self, name: str, route: Mapping[str, Any] | None, prefix: str) -> Field:
        wrong = [problem_at(self.problems, prefix + part) for part in ("provider", "operation")]
        known = self._routes(optional=bool(prefix))
        value = "" if route is None else route_name(route)
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
                label=route_title(self.providers, provider, name, self.language),
            )
            for provider, operations in self.providers.operations.items()
            for name in operations
        ]
        return [none, *routes] if optional else routes


def _is_main(field: Field) -> bool:
    return field.is_required or field.name == _PROMPT
