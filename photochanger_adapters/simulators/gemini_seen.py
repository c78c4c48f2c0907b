"""What the Gemini stand-in remembers of the calls that came."""

from __future__ import annotations

from attrs import frozen

from .gemini_rules import Accepted
from .seen_pictures import SeenPicture


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
            pictures=tuple(SeenPicture.of(one.content, one.media_type) for one in asked.pictures),
            aspect_ratio=asked.aspect_ratio,
            image_size=asked.image_size,
            body_size=asked.body_size,
            fault=fault,
        )
