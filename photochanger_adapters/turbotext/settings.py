"""What a slot tells Turbotext, as `schema.json` describes it, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import field, frozen

from photochanger_adapters.settings_schema.schemas import SettingsSchemas
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import FieldProblem, Problem, wrong

SCHEMAS: Final = SettingsSchemas.of(__package__)

METHODS: Final[Mapping[str, str]] = {
    "style_transfer": "mix_images",
    "identity_transfer": "deepfake_photo",
    "image_edit": "generate_image2image",
}
"""What the service calls those operations; `custom` names its own method."""

RESERVED: Final = frozenset({"do", "queueid", "webhook"})
"""Fields that belong to the queue."""

MAX_FIELDS: Final = 32
"""Fields that a slot adds of its own at most."""

_LONGEST_NAME: Final = 64
_NAME: Final = re.compile(rf"[A-Za-z_][A-Za-z0-9_]{{0,{_LONGEST_NAME - 1}}}")

_FIELDS: Final[Mapping[str, str]] = {
    "prompt": "content",
    "face_restore": "face_restore",
    "strength": "strength",
    "seed": "seed",
    "scale": "scale",
    "negative_prompt": "negative_prompt",
    "original_language": "original_language",
    "user_id": "user_id",
}
"""In which field of the form a setting travels."""


@frozen(kw_only=True)
class TurbotextSettings:
    """The settings of a slot, as the form has them.

    Attributes:
        method: The last part of the path.
        guest_field: The field with the link to the guest's photo.
        template_field: The field with the link to the template; None: it takes none.
        fields: All others, but those of the queue.
        follows_photo: Whether the answer is meant to have the shape of the photo.
    """

    method: str
    guest_field: str
    template_field: str | None
    fields: Mapping[str, str] = field(repr=False)
    follows_photo: bool

    @classmethod
    def of(
        cls, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> TurbotextSettings:
        """Return *settings*, checked, with defaults for what they do not say.

        Raises:
            ValidationFailed: Naming every field that is wrong.
        """
        errors = SCHEMAS.check(operation, settings)
        if operation not in SCHEMAS.operations:
            raise ValidationFailed(errors)
        whole = SCHEMAS.with_defaults(operation, settings)
        is_named_well = "settings.template_field" not in [error.field for error in errors]
        if "template_field" in whole and is_named_well and not templates:
            errors.append(wrong(Problem.TEMPLATE_NEEDED).at("template_media"))
        if not errors:
            errors += [*_wrong_fields(whole), *_taken_fields(whole)]
        if errors:
            raise ValidationFailed(errors)
        return _read(operation, whole)


def _wrong_fields(whole: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Yield what is wrong with the fields that a slot adds of its own."""
    names = whole.get("fields", {}).keys()
    if len(names) > MAX_FIELDS:
        yield wrong(Problem.TOO_MANY_ITEMS, most=MAX_FIELDS).at("settings", "fields")
    elif not all(map(_NAME.fullmatch, names)):
        yield wrong(Problem.NOT_FORM_FIELDS, most=_LONGEST_NAME).at("settings", "fields")
    else:
        for name in sorted(names & (RESERVED | {*_pictures(whole).values()})):
            yield wrong(Problem.FORM_FIELD_TAKEN).at("settings", "fields", name)


def _taken_fields(whole: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Yield the pictures that want a field which is somebody else's."""
    pictures = _pictures(whole)
    if len(set(pictures.values())) < len(pictures):
        other = "settings.guest_field"
        yield wrong(Problem.SAME_AS, other=other).at("settings", "template_field")
    taken = RESERVED | _told(whole).keys()
    for name, at in pictures.items():
        if at in taken:
            yield wrong(Problem.FORM_FIELD_TAKEN).at("settings", name)


def _pictures(whole: Mapping[str, Any]) -> dict[str, str]:
    return {name: whole[name] for name in ("guest_field", "template_field") if name in whole}


def _read(operation: str, whole: Mapping[str, Any]) -> TurbotextSettings:
    return TurbotextSettings(
        method=METHODS.get(operation) or whole["method"],
        guest_field=whole["guest_field"],
        template_field=whole.get("template_field"),
        fields=_told(whole) | whole.get("fields", {}),
        follows_photo=operation == "image_edit",
    )


def _told(whole: Mapping[str, Any]) -> dict[str, str]:
    texts = {at: _text(whole[name]) for name, at in _FIELDS.items() if name in whole}
    return {at: text for at, text in texts.items() if text.strip()}


def _text(value: object) -> str:
    """Return *value* as a form has it: `True`, `40`, `7.5`."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
