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
    async def save(self, *slots: Slot) -> None:
        """Replace the slots whose versions are one less than those given: all of them, or none.

        Each comes once. What they are now is in their histories then. That is one step for all
        servers, looking for their templates and binding them included, as is
        `MediaRepoPort.retire`: no slot is ever left with a template that is gone.

        Raises:
            SlotNotFound: If there is no slot with one of the ids. Nothing is changed then.
            VersionConflict: If one of the stored versions is another, saying which; of several
                the one of the slot with the smallest id. Likewise.
            MediaNotFound: If one of the templates is not there, or not any more. Likewise.
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
