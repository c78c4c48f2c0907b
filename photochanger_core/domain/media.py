"""Media objects: pictures beside the results of jobs, each found by its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from attrs import field, frozen

from .checks import Check, each, object_of, one_of, text
from .ids import JobId, MediaId, SlotId
from .moments import aware
from .picture import MediaType

MAX_TEMPLATES: Final = 13
"""Templates that a slot has at most."""


class MediaUse(StrEnum):
    """What a media object is for."""

    TEMPLATE = "template"
    PROVIDER = "provider"
    UPLOAD = "upload"


class MediaKind(StrEnum):
    """What a slot's template shows."""

    STYLE = "style"
    BASE = "base"
    OVERLAY = "overlay"
    BACKGROUND = "background"
    FACE = "face"
    MASK = "mask"


@frozen(kw_only=True)
class MediaObject:
    """A stored picture that is not the result of a job.

    Attributes:
        job_id: Whose photo or template it is, if it is lent to a provider for a job.
        slot_id: Likewise.
        sha256: Checksum of the content, lower-case hexadecimal.
        location: Where the store put it; means something to the store only.
        expires_at: The last instant at which it is handed out; None: it stays.
        cleaned_at: When its file was removed.
    """

    media_id: MediaId
    use: MediaUse
    job_id: JobId | None = None
    slot_id: SlotId | None = None
    media_type: MediaType
    size: int
    sha256: str
    location: str = ""
    created_at: datetime = field(validator=aware)
    expires_at: datetime | None = field(default=None, validator=aware)
    cleaned_at: datetime | None = field(default=None, validator=aware)

    def is_gone(self, now: datetime) -> bool:
        """Whether it is past its time or removed; the last instant still counts as kept."""
        is_over = self.expires_at is not None and now > self.expires_at
        return is_over or self.cleaned_at is not None


@frozen(kw_only=True)
class TemplateMedia:
    """A template as a slot uses it: image 2 and those after it, in the slot's order."""

    media_kind: MediaKind = field(converter=MediaKind)
    media_object_id: MediaId


def as_templates(
    values: Sequence[TemplateMedia | Mapping[str, Any]],
) -> tuple[TemplateMedia, ...]:
    """Return *values*, which `TEMPLATES` allows, as templates."""
    return tuple(TemplateMedia(**one) if isinstance(one, Mapping) else one for one in values)


TEMPLATES: Final[Check] = each(
    object_of(
        {"media_kind": one_of(MediaKind), "media_object_id": text(32)},
        needed={"media_kind", "media_object_id"},
    ),
    most=MAX_TEMPLATES,
)
"""What the templates of a slot may be."""
