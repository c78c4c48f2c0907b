"""The slots of a new installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from .ids import SLOT_IDS, SlotId
from .slot import Slot

_PORTRAIT: Final = (
    "Retouch this portrait. Keep every face, its features, expression, skin tone and hair exactly "
    "as they are. Tidy up the background and make the light soft and even."
)
_READY: Final[Mapping[str, object]] = {"prompt": _PORTRAIT, "model": "gemini-3.1-flash-image"}
"""What the first slot is set to, so that a booth's first photo comes back changed."""


def slot_at_first(slot_id: SlotId, *, at: datetime, by: str) -> Slot:
    """Return a slot as migration 0001 makes it: the first one is ready, and active."""
    is_first = slot_id == SLOT_IDS[0]
    return Slot(
        slot_id=slot_id,
        display_name=f"Slot {SLOT_IDS.index(slot_id) + 1}",
        provider="gemini",
        operation="image_edit",
        settings=_READY if is_first else {},
        is_active=is_first,
        updated_at=at,
        updated_by=by,
    )


def is_empty(slot: Slot) -> bool:
    """Whether nobody has set *slot* up: it has what it had at first, which does nothing yet."""
    first = slot_at_first(slot.slot_id, at=slot.updated_at, by=slot.updated_by)
    is_as_it_was = slot.display_name == first.display_name and slot.route == first.route
    return is_as_it_was and not (slot.settings or slot.template_media or slot.is_active)
