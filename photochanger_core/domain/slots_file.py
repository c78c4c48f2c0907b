"""Slots in a file, to be carried to another installation: no secrets, no ids, no moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import asdict, evolve, field, frozen

from .ids import MediaId
from .slot import MEGABYTE, Slot
from .slot_values import plain

MAX_FILE_BYTES: Final = 256 * MEGABYTE
"""Bytes that a file of slots has at most. It is read as a whole: twice that much memory."""

MAX_PICTURES_BYTES: Final = 180 * MEGABYTE
"""Bytes that its templates have at most, before they become base64: they leave room for settings.

Any one slot fits: it has `MAX_TEMPLATES` of 10 MiB each at most.
"""


@frozen(kw_only=True)
class FiledBinding:
    """A template as a slot of the file uses it.

    Attributes:
        sha256: Of its content, by which it is found in the file.
    """

    media_kind: str
    sha256: str


@frozen(kw_only=True)
class FiledSlot:
    """A slot in a file: all that can be set of it, as plain JSON, but for secrets.

    What the fields mean and may be is told at `Slot` and in `SLOT_CHECKS`.
    """

    slot_id: str
    display_name: str
    provider: str
    operation: str
    settings: dict[str, Any]
    template_media: tuple[FiledBinding, ...]
    is_active: bool
    size_limit_mb: int
    sync_response_seconds: int | None
    ingest_password_required: bool
    max_input_edge: int
    output_format: str
    output_fit: str
    output_width: int | None
    output_height: int | None
    retry: dict[str, Any]
    fallback: dict[str, Any] | None
    on_failure: str
    late_result: str
    reply: str
    dedupe_seconds: int | None
    daily_call_limit: int
    gallery: str

    @classmethod
    def of(cls, slot: Slot, checksums: Mapping[MediaId, str]) -> FiledSlot:
        """Return *slot* as it is in a file; *checksums* are those of its templates."""
        bindings = tuple(
            FiledBinding(media_kind=one.media_kind, sha256=checksums[one.media_object_id])
            for one in slot.template_media
        )
        return cls(**plain(slot) | {"slot_id": slot.slot_id, "template_media": bindings})

    def over(self, slot: Slot) -> Slot:
        """Return *slot* with all that is set here, but without templates."""
        values = asdict(self)
        del values["slot_id"]
        return evolve(slot, **values | {"template_media": (), "settings": self._settings()})

    def _settings(self) -> dict[str, object]:
        return {name: value for name, value in self.settings.items() if value is not None}


@frozen(kw_only=True)
class FiledTemplate:
    """A picture in a file."""

    sha256: str
    media_type: str
    size: int
    content: bytes = field(repr=False)


@frozen(kw_only=True)
class SlotsFile:
    """What a file of slots holds: slots, in the order of their ids, and what they refer to."""

    slots: tuple[FiledSlot, ...]
    templates: tuple[FiledTemplate, ...]


def used(slots: Iterable[FiledSlot]) -> frozenset[str]:
    """Return the checksums of the templates that *slots* use."""
    return frozenset(one.sha256 for slot in slots for one in slot.template_media)
