"""What the Gemini stand-in remembers of the calls that came."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

from attrs import frozen
from PIL import Image

from .gemini_rules import Accepted, Picture


@frozen(kw_only=True)
class SeenPicture:
    """A picture that came: what it is, not what it shows.

    Attributes:
        pixels: Width and height as they lie in the file; None: its beginning is broken.
        has_exif: Whether EXIF comes before the pixels.
    """

    media_type: str
    size: int
    sha256: str
    pixels: tuple[int, int] | None
    has_exif: bool


@frozen(kw_only=True)
class Seen:
    """A call that kept all rules. The first of its pictures is the photo.

    Attributes:
        body_size: Bytes of its JSON.
        fault: What went wrong with its answer, on purpose.
    """

    model: str
    prompt: str
    system_instruction: str
    pictures: tuple[SeenPicture, ...]
    aspect_ratio: str | None
    image_size: str | None
    body_size: int
    fault: str | None

    @classmethod
    def of(cls, asked: Accepted, fault: str | None) -> Seen:
        """Return what is remembered of *asked*."""
        return cls(
            model=asked.model,
            prompt=asked.prompt,
            system_instruction=asked.system_instruction,
            pictures=tuple(map(_seen, asked.pictures)),
            aspect_ratio=asked.aspect_ratio,
            image_size=asked.image_size,
            body_size=asked.body_size,
            fault=fault,
        )


def _seen(picture: Picture) -> SeenPicture:
    pixels, has_exif = _head(picture.content)
    return SeenPicture(
        media_type=picture.media_type.value,
        size=len(picture.content),
        sha256=sha256(picture.content).hexdigest(),
        pixels=pixels,
        has_exif=has_exif,
    )


def _head(content: bytes) -> tuple[tuple[int, int] | None, bool]:
    """Return size and presence of EXIF, without decoding a pixel."""
    try:
        with Image.open(BytesIO(content)) as opened:
            return opened.size, "exif" in opened.info
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, False
