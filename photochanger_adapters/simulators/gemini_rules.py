"""What the Gemini API accepts, checked as strictly as the real service does.

Field names are the documented ones, in camelCase; paths in messages are in snake_case, as
the service writes them. Nothing here is shared with the driver that is tested against it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from attrs import field, frozen

from photochanger_core.domain.picture import MediaType, sniff

from .gemini_errors import bad_picture, invalid, no_model
from .gemini_values import Check, binary, each, message, one_of, parsed, text

MODELS: Final = ("gemini-3.1-flash-image", "gemini-3-pro-image", "gemini-3.1-flash-lite-image")
"""The models that are alive; all others, older ones among them, answer 404."""

SMALL_MODEL: Final = "gemini-3.1-flash-lite-image"
"""Makes 1K pictures only."""

MAX_PICTURES: Final = 14

_RATIOS: Final = (
    *("1:1", "1:4", "4:1", "1:8", "8:1", "2:3", "3:2"),
    *("3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"),
)
_SIZES: Final = ("512", "1K", "2K", "4K")
_HARMS: Final = tuple(
    f"HARM_CATEGORY_{harm}"
    for harm in (
        *("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT"),
        *("DANGEROUS_CONTENT", "CIVIC_INTEGRITY"),
    )
)
_THRESHOLDS: Final = (
    "BLOCK_LOW_AND_ABOVE",
    "BLOCK_MEDIUM_AND_ABOVE",
    "BLOCK_ONLY_HIGH",
    "BLOCK_NONE",
    "OFF",
)


@frozen(kw_only=True)
class Picture:
    """A picture of a request; its type is what both label and bytes say."""

    media_type: MediaType
    content: bytes = field(repr=False)


Piece = str | Picture
"""A part of a request: text or a picture, never both."""


@frozen(kw_only=True)
class Accepted:
    """A request the service accepts.

    Attributes:
        pictures: In the order they came: the photo, then templates.
        body_size: Bytes of its JSON.
    """

    model: str
    prompt: str
    system_instruction: str
    pictures: tuple[Picture, ...]
    aspect_ratio: str | None
    image_size: str | None
    body_size: int


def accepted(model: str, content_type: str, body: bytes) -> Accepted:
    """Return the request that *body* holds.

    Raises:
        GeminiError: As the service answers what it does not accept.
    """
    if model not in MODELS:
        raise no_model(model)
    if content_type != "application/json":
        raise invalid(f"Invalid content type: {content_type}")
    names = "contents systemInstruction generationConfig safetySettings"
    top = message(parsed(body), "", names)
    pieces = _pieces(top.get("contents", []))
    aspect_ratio, image_size = _image_config(model, top.get("generationConfig", {}))
    each(top.get("safetySettings", []), "safety_settings", _safety_setting)
    return Accepted(
        model=model,
        prompt="\n".join(piece for piece in pieces if isinstance(piece, str)),
        system_instruction=_system_instruction(top.get("systemInstruction")),
        pictures=tuple(piece for piece in pieces if isinstance(piece, Picture)),
        aspect_ratio=aspect_ratio,
        image_size=image_size,
        body_size=len(body),
    )


def _pieces(value: object) -> list[Piece]:
    pieces = [piece for parts in each(value, "contents", _content) for piece in parts]
    pictures = sum(isinstance(piece, Picture) for piece in pieces)
    if not pieces:
        raise invalid("* GenerateContentRequest.contents: contents is not specified\n")
    if not pictures:
        raise invalid("A picture to edit is wanted; the service would invent one.")
    if pictures > MAX_PICTURES:
        raise invalid(f"Please use fewer than {MAX_PICTURES + 1} images in your request")
    return pieces


def _content(value: object, path: str) -> list[Piece]:
    content = message(value, path, "role parts")
    one_of(content.get("role", "user"), f"{path}.role", ("user", "model"))
    return _parts(content, path, _part)


def _system_instruction(value: object) -> str:
    if value is None:
        return ""
    path = "system_instruction"
    parts = _parts(message(value, path, "parts"), path, _text_part)
    return "\n".join(part for part in parts if isinstance(part, str))


def _parts(content: dict[str, object], path: str, check: Check[Piece]) -> list[Piece]:
    parts = each(content.get("parts", []), f"{path}.parts", check)
    if not parts:
        raise invalid(f"* GenerateContentRequest.{path}.parts: contents.parts must not be empty.\n")
    return parts


def _part(value: object, path: str) -> Piece:
    part = message(value, path, "text inlineData")
    if len(part) > 1:
        problem = f"Invalid value at '{path}' (oneof), oneof field 'data' is already set."
        raise invalid(problem, field=path)
    if "inlineData" in part:
        return _picture(part["inlineData"], f"{path}.inline_data")
    return _text_part(part, path)


def _text_part(value: object, path: str) -> str:
    words = text(message(value, path, "text").get("text", ""), f"{path}.text")
    if not words:
        name = f"GenerateContentRequest.{path}.data"
        raise invalid(f"* {name}: required oneof field 'data' must have one initialized field\n")
    return words


def _picture(value: object, path: str) -> Picture:
    blob = message(value, path, "mimeType data")
    label = text(blob.get("mimeType", ""), f"{path}.mime_type")
    content = binary(blob.get("data", ""), f"{path}.data")
    if label not in tuple(MediaType):
        raise invalid(f"Unsupported MIME type: {label}")
    if sniff(content) != label:
        raise bad_picture()
    return Picture(media_type=MediaType(label), content=content)


def _image_config(model: str, value: object) -> tuple[str | None, str | None]:
    path = "generation_config"
    config = message(value, path, "responseModalities imageConfig")
    modalities = each(config.get("responseModalities", []), f"{path}.response_modalities", text)
    if not {"IMAGE"} <= set(modalities) <= {"TEXT", "IMAGE"}:
        raise invalid("The requested combination of response modalities is not supported.")
    path = f"{path}.image_config"
    image = message(config.get("imageConfig", {}), path, "aspectRatio imageSize")
    aspect_ratio = _optional(image, "aspectRatio", f"{path}.aspect_ratio", _RATIOS)
    sizes = ("1K",) if model == SMALL_MODEL else _SIZES
    return aspect_ratio, _optional(image, "imageSize", f"{path}.image_size", sizes)


def _optional(
    fields: dict[str, object], name: str, path: str, allowed: Collection[str]
) -> str | None:
    return one_of(fields[name], path, allowed) if name in fields else None


def _safety_setting(value: object, path: str) -> None:
    setting = message(value, path, "category threshold")
    one_of(setting.get("category"), f"{path}.category", _HARMS)
    one_of(setting.get("threshold"), f"{path}.threshold", _THRESHOLDS)
