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

        Looking for its templates and binding them is one step for all servers, as is
        `MediaRepoPort.retire`: no slot is ever left with a template that is gone.

        Raises:
            VersionConflict: If the stored version is another, saying which. Nothing is changed
                then.
            MediaNotFound: If one of its templates is not there, or not any more. Likewise.
            SlotNotFound: If there is no slot with this id.
        """

    @abstractmethod
    async def history(
        self, slot_id: SlotId, limit: int, *, before: int | None = None
    ) -> Sequence[Slot]:
        """Return up to *limit* versions that a slot had, the present one too, youngest first.

        Secrets (`slot_values.SECRETS`) are None in all of them; templates may be gone. A slot
        that there is not has had none.

        Args:
            slot_id: Of the slot.
            limit: At most.
            before: Only versions with smaller numbers; None: all.
        """
