"""Tell what was changed of a slot, when and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from attrs import frozen

from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.slot import Slot
from photochanger_core.domain.slot_values import Differences, differences
from photochanger_core.ports.slot_repo import SlotRepoPort


@frozen(kw_only=True)
class SlotVersion:
    """A version of a slot.

    Attributes:
        changes: What was set otherwise in the version before; the first one has none. Of secrets
            nothing is told.
    """

    slot: Slot
    changes: Differences


@frozen(kw_only=True)
class SlotHistory:
    """Versions of a slot, the youngest first, and whether there are older ones."""

    versions: Sequence[SlotVersion]
    has_more: bool


@frozen(kw_only=True)
class ReadSlotHistory:
    """Tell what was changed of a slot, when and by whom."""

    slots: SlotRepoPort

    async def __call__(self, text: str, *, limit: int, before: int | None) -> SlotHistory:
        """Return up to *limit* versions of the slot with the id *text*.

        Args:
            text: The slot's id.
            limit: At most.
            before: Only versions with smaller numbers; None: all.

        Raises:
            SlotNotFound: If there is no such slot.
            QueueUnavailable: If they cannot be read.
        """
        found = await self.slots.history(slot_id(text), limit + 1, before=before)
        versions = [
            SlotVersion(slot=new, changes=differences(old, new)) for new, old in pairwise(found)
        ]
        if len(found) <= limit:
            versions += [SlotVersion(slot=first, changes={}) for first in found[-1:]]
        return SlotHistory(versions=versions, has_more=len(found) > limit)
