"""Fields that every slot has, whatever its provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.picture import Fit
from photochanger_core.domain.slot import (
    MAX_EDGE,
    Gallery,
    LateResult,
    OnFailure,
    OutputFormat,
    Reply,
)
from photochanger_web.locale import page_text

from .fields import Choice, Field, Kind, filled_in, is_ticked, problem_at, shown


@frozen
class Spec:
    """A field of a slot.

    Attributes:
        name: Its path. Its texts are `slot_fields.NAME`, `slot_fields.NAME_hint` and, of each
            choice, `slot_fields.NAME_CHOICE`.
        most: Of a number; characters of a text.
    """

    name: str
    kind: Kind
    least: int | None = None
    most: int | None = None
    choices: type[StrEnum] | None = None

    def texts(self) -> Iterator[str]:
        """Yield the keys of its texts."""
        yield from (f"slot_fields.{self.name}", f"slot_fields.{self.name}_hint")
        yield from (f"slot_fields.{self.name}_{one}" for one in self.choices or ())

    def field(self, language: str, values: Mapping[str, Any], problems: Mapping[str, str]) -> Field:
        """Return the field with what *values* have for it."""
        value = _at(values, self.name)
        return Field(
            name=self.name,
            kind=self.kind,
            label=page_text(language, f"slot_fields.{self.name}"),
            hint=page_text(language, f"slot_fields.{self.name}_hint"),
            value=shown(self.kind, value),
            is_on=value is True,
            choices=[
                Choice(value=one, label=page_text(language, f"slot_fields.{self.name}_{one}"))
                for one in self.choices or ()
            ],
            least=self.least,
            most=self.most,
            longest=self.most if self.kind is Kind.TEXT else None,
            problem=problem_at(problems, self.name),
        )


SECTIONS: Final[Mapping[str, Sequence[Spec]]] = {
    "name": [Spec("display_name", Kind.TEXT, most=80), Spec("is_active", Kind.FLAG)],
    "failure": [
        Spec("on_failure", Kind.CHOICE, choices=OnFailure),
        Spec("late_result", Kind.CHOICE, choices=LateResult),
        Spec("retry.error_tries", Kind.WHOLE, 1, 6),
        Spec("retry.error_pause_seconds", Kind.WHOLE, 0, 30),
        Spec("retry.no_picture_tries", Kind.WHOLE, 1, 6),
        Spec("retry.no_picture_pause_seconds", Kind.WHOLE, 0, 30),
        Spec("retry.after_ambiguous", Kind.FLAG),
    ],
    "limits": [
        Spec("sync_response_seconds", Kind.WHOLE, 10, 60),
        Spec("size_limit_mb", Kind.WHOLE, 1, 20),
        Spec("daily_call_limit", Kind.WHOLE, 0, 1_000_000),
        Spec("dedupe_seconds", Kind.WHOLE, 0, 72 * 3600),
        Spec("max_input_edge", Kind.WHOLE, 256, MAX_EDGE),
    ],
    "output": [
        Spec("output_format", Kind.CHOICE, choices=OutputFormat),
        Spec("output_fit", Kind.CHOICE, choices=Fit),
        Spec("output_width", Kind.WHOLE, 16, MAX_EDGE),
        Spec("output_height", Kind.WHOLE, 16, MAX_EDGE),
        Spec("reply", Kind.CHOICE, choices=Reply),
    ],
    "access": [
        Spec("ingest_password_required", Kind.FLAG),
        Spec("gallery", Kind.CHOICE, choices=Gallery),
    ],
}
"""The fields of each part of the page, in their order."""

SPECS: Final = tuple(spec for specs in SECTIONS.values() for spec in specs)


def fill_in(values: dict[str, Any], given: Mapping[str, str]) -> None:
    """Put what was filled in into *values*, as `plain` returns them."""
    for spec in SPECS:
        if spec.kind is Kind.FLAG:
            value = is_ticked(given, spec.name)
            is_given = value is not None
        else:
            is_given = spec.name in given
            value = filled_in(spec.kind, given[spec.name]) if is_given else None
        if is_given:
            _put(values, spec.name, value)


def _at(values: Mapping[str, Any], path: str) -> object:
    value: Any = values
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _put(values: dict[str, Any], path: str, value: object) -> None:
    *way, last = path.split(".")
    for step in way:
        values = values[step]
    values[last] = value
