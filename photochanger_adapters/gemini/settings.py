"""What a slot tells Gemini: its settings, and what is wrong with them.

Models are configuration: which ones exist changes every few months, and the service itself
says clearly when one is gone. Here a model's name only has to be safe inside a path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import cattrs
from attrs import frozen

from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.ports.provider import Operation

OPERATION: Final = "image_edit"
OPERATIONS: Final = {OPERATION: Operation(schema={})}
MAX_TEMPLATES: Final = 13
"""A request holds 14 pictures; one of them is the guest's."""

DEFAULT_MODEL: Final = "gemini-3.1-flash-image"
DEFAULT_SYSTEM_INSTRUCTION: Final = (
    "You edit photographs of guests at an event. Image 1 is the guests' photo; further images, "
    "if there are any, are templates for style, background or objects, numbered in order from 2. "
    "Keep every person of image 1: the same number of people, the same faces, facial features, "
    "expressions, age, skin tone, hair and build, so that everybody is recognised at first sight. "
    "Change only background, style or surroundings, as the prompt asks. Answer with one picture."
)
MAX_TEXT: Final = 10_000
"""Characters a prompt or a system instruction has at most."""

ASPECT_RATIOS: Final = (
    *("1:1", "1:4", "4:1", "1:8", "8:1", "2:3", "3:2"),
    *("3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"),
)
IMAGE_SIZES: Final = ("512", "1K", "2K", "4K")
SAFETY_CATEGORIES: Final = tuple(
    f"HARM_CATEGORY_{name}"
    for name in (
        "HARASSMENT",
        "HATE_SPEECH",
        "SEXUALLY_EXPLICIT",
        "DANGEROUS_CONTENT",
        "CIVIC_INTEGRITY",
    )
)
SAFETY_THRESHOLDS: Final = (
    "BLOCK_LOW_AND_ABOVE",
    "BLOCK_MEDIUM_AND_ABOVE",
    "BLOCK_ONLY_HIGH",
    "BLOCK_NONE",
    "OFF",
)

_HALF_CHARACTER: Final = re.compile(r"[\ud800-\udfff]")
_MODEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?")


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
    model: str = DEFAULT_MODEL
    system_instruction: str = DEFAULT_SYSTEM_INSTRUCTION
    aspect_ratio: str | None = None
    image_size: str | None = None
    safety: str = "standard"
    safety_settings: tuple[SafetySetting, ...] = ()

    @classmethod
    def of(
        cls, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> GeminiSettings:
        """Return *settings*, checked.

        Raises:
            ValidationFailed: Naming every field that is wrong.
        """
        errors = list(_problems(operation, settings))
        if templates > MAX_TEMPLATES:
            errors.append(("template_media", f"must be at most {MAX_TEMPLATES}"))
        if errors:
            raise ValidationFailed(errors)
        return cattrs.structure(settings, cls)


def _problems(operation: str, settings: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if operation != OPERATION:
        yield "operation", f"must be {OPERATION}"
    if "prompt" not in settings:
        yield "settings.prompt", "is missing"
    for name, value in settings.items():
        problem = _CHECKS.get(name, _unknown)(value)
        if problem is not None:
            yield f"settings.{name}", problem


def _unknown(_: object) -> str:
    return "is not a setting of this operation"


def _model(value: object) -> str | None:
    if isinstance(value, str) and _MODEL.fullmatch(value) and ".." not in value:
        return None
    return "must be a model's name: lower-case letters, digits, dots and hyphens, at most 100"


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return "must be text"
    if len(value) > MAX_TEXT:
        return f"must have at most {MAX_TEXT} characters"
    if _HALF_CHARACTER.search(value):
        return "holds half a character (a lone surrogate)"
    return None


def _prompt(value: object) -> str | None:
    if isinstance(value, str) and not value.strip():
        return "is empty"
    return _text(value)


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], str | None]:
    problem = f"must be one of {', '.join(allowed)}"
    return lambda value: None if isinstance(value, str) and value in allowed else problem


def _none_or(check: Callable[[object], str | None]) -> Callable[[object], str | None]:
    return lambda value: None if value is None else check(value)


def _safety_settings(value: object) -> str | None:
    if not isinstance(value, (list, tuple)) or not all(map(_is_safety_setting, value)):
        return (
            "must be a list of {category, threshold}, with a category of "
            f"{', '.join(SAFETY_CATEGORIES)} and a threshold of {', '.join(SAFETY_THRESHOLDS)}"
        )
    if len({item["category"] for item in value}) < len(value):
        return "names a category twice"
    return None


def _is_safety_setting(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and value.keys() == {"category", "threshold"}
        and value["category"] in SAFETY_CATEGORIES
        and value["threshold"] in SAFETY_THRESHOLDS
    )


_CHECKS: Final[Mapping[str, Callable[[object], str | None]]] = {
    "prompt": _prompt,
    "model": _model,
    "system_instruction": _text,
    "aspect_ratio": _none_or(_one_of(ASPECT_RATIOS)),
    "image_size": _none_or(_one_of(IMAGE_SIZES)),
    "safety": _one_of(("standard",)),
    "safety_settings": _safety_settings,
}
