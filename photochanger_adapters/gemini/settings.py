"""What a slot tells Gemini: its settings, and what is wrong with them.

`schema.json` says what they may be. Models are configuration: which ones exist changes every few
months, and the service itself says clearly when one is gone. Here a model's name only has to be
safe inside a path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import cattrs
from attrs import frozen

from photochanger_adapters.settings_schema.schemas import SettingsSchemas
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import FieldProblem, Problem, wrong

OPERATION: Final = "image_edit"
SCHEMAS: Final = SettingsSchemas.of(__package__)
MAX_TEMPLATES: Final = 13
"""A request holds 14 pictures; one of them is the guest's."""

_SAFETY: Final = "safety_settings"
_SAFETY_PATH: Final = f"settings.{_SAFETY}"


@frozen
class SafetySetting:
    """From which probability on the service blocks one kind of harm."""

    category: str
    threshold: str


@frozen(kw_only=True)
class GeminiSettings:
    """The settings of a slot that edits with Gemini.

    Attributes:
        system_instruction: Stands above the prompt; empty: none is sent.
        aspect_ratio: None: as the photo.
        image_size: None: as the model likes.
        safety: `standard`: the service's own thresholds, but for what `safety_settings` name.
    """

    prompt: str
    model: str
    system_instruction: str
    aspect_ratio: str | None
    image_size: str | None
    safety: str
    safety_settings: tuple[SafetySetting, ...]

    @classmethod
    def of(
        cls, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> GeminiSettings:
        """Return *settings*, checked, with the schema's defaults.

        Raises:
            ValidationFailed: Naming every field that is wrong.
        """
        errors = SCHEMAS.check(operation, settings)
        if not any(error.field.startswith(_SAFETY_PATH) for error in errors):
            errors += _named_again(settings)
        if templates > MAX_TEMPLATES:
            errors.append(wrong(Problem.TOO_MANY_ITEMS, most=MAX_TEMPLATES).at("template_media"))
        if errors:
            raise ValidationFailed(errors)
        return cattrs.structure(SCHEMAS.with_defaults(operation, settings), cls)


def _named_again(settings: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Yield the categories that have been named before."""
    categories = [item["category"] for item in settings.get(_SAFETY, ())]
    for place, category in enumerate(categories):
        if category in categories[:place]:
            yield wrong(Problem.REPEATED).at("settings", _SAFETY, place, "category")
