"""Where the fifteen slots are kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot


class SlotRepoPort(Protocol):
    """Where the fifteen slots are kept. Raises QueueUnavailable if it does not answer in time."""

    @abstractmethod
    async def get(self, slot_id: SlotId) -> Slot:
        """Return a slot as it is now, whichever server changed it.

        Raises:
            SlotNotFound: If there is none.
        """

    @abstractmethod
    async def all(self) -> Sequence[Slot]:
        """Return every slot, in the order of their ids."""

    @abstractmethod
    async def save(self, slot: Slot) -> None:
        """Replace the slot whose version is one less than that of *slot*; keep it in the history.

        Raises:
            VersionConflict: If the stored version is another. Nothing is changed then.
            SlotNotFound: If there is no slot with this id.
        """
