"""What a slot tells Gemini: its settings, and what is wrong with them.

`schema.json` says what they may be. Models are configuration: which ones exist changes every few
months, and the service itself says clearly when one is gone. Here a model's name only has to be
safe inside a path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import cattrs
from attrs import frozen

from photochanger_adapters.settings_schema.schemas import SettingsSchemas
from photochanger_core.domain.errors import ValidationFailed

OPERATION: Final = "image_edit"
SCHEMAS: Final = SettingsSchemas.of(__package__)
MAX_TEMPLATES: Final = 13
"""A request holds 14 pictures; one of them is the guest's."""

_SAFETY: Final = "settings.safety_settings"


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
        if _SAFETY not in dict(errors) and _names_twice(settings):
            errors.append((_SAFETY, "names a category twice"))
        if templates > MAX_TEMPLATES:
            errors.append(("template_media", f"must be at most {MAX_TEMPLATES}"))
        if errors:
            raise ValidationFailed(errors)
        return cattrs.structure(SCHEMAS.with_defaults(operation, settings), cls)


def _names_twice(settings: Mapping[str, Any]) -> bool:
    categories = [item["category"] for item in settings.get("safety_settings", ())]
    return len(set(categories)) < len(categories)
