"""Names of slots, jobs and media objects. Paths and keys are built from these only."""

from __future__ import annotations

import re
from typing import Final, NewType

from .errors import JobNotFound, MediaNotFound, SlotNotFound

SlotId = NewType("SlotId", str)
JobId = NewType("JobId", str)
MediaId = NewType("MediaId", str)

SLOT_IDS: Final[tuple[SlotId, ...]] = tuple(SlotId(f"slot-{n:03}") for n in range(1, 16))
"""The fifteen slots; there are never others."""

_UUID4: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

_MEDIA_ID: Final = re.compile(r"[0-9a-f]{32}")


def slot_id(text: str) -> SlotId:
    """Return *text* as the id of a slot.

    Raises:
        SlotNotFound: If no slot has this id.
    """
    if text not in SLOT_IDS:
        raise SlotNotFound
    return SlotId(text)


def job_id(text: str) -> JobId:
    """Return *text* as the id of a job: a UUIDv4 in its canonical lower-case form (RFC 9562).

    Raises:
        JobNotFound: If no job can have this id.
    """
    if not _UUID4.fullmatch(text):
        raise JobNotFound
    return JobId(text)


def media_id(text: str) -> MediaId:
    """Return *text* as the id of a media object: 32 lower-case hexadecimal digits.

    Raises:
        MediaNotFound: If no media object can have this id.
    """
    if not _MEDIA_ID.fullmatch(text):
        raise MediaNotFound
    return MediaId(text)
