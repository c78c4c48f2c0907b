"""See whether active slots are set up as photos need it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure, warning, well
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Gallery, OnFailure, Slot
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .check_slot import CheckSlot

SLOTS: Final = "slots"
GALLERIES: Final = "galleries"


@frozen(kw_only=True)
class ExamineSlots:
    """See whether active slots are set up as photos need it. Others are nobody's concern.

    Attributes:
        is_public: Whether strangers reach this server.
    """

    slots: SlotRepoPort
    settings: SettingsRepoPort
    check_slot: CheckSlot
    is_public: bool

    async def __call__(self) -> Sequence[Finding]:
        """Return what was found.

        Raises:
            QueueUnavailable: If slots, templates or settings cannot be read.
        """
        active = [slot for slot in await self.slots.all() if slot.is_active]
        if not active:
            return [failure(SLOTS, Sign.SLOTS_NONE)]
        settings = await self.settings.read()
        findings: list[Finding] = []
        for slot in active:
            findings += [await self._setup(slot), *_doubts(slot, settings)]
        return [*findings, *self._galleries(active)]

    async def _setup(self, slot: Slot) -> Finding:
        try:
            await self.check_slot(slot, thoroughly=True)
        except ValidationFailed as error:
            return failure(slot.slot_id, Sign.SLOT_WRONG, why=error)
        return well(slot.slot_id, Sign.SLOT_OK, provider=slot.provider, operation=slot.operation)

    def _galleries(self, active: Sequence[Slot]) -> Iterator[Finding]:
        seen = [slot.slot_id for slot in active if slot.gallery is Gallery.OPEN]
        if seen and self.is_public:
            yield warning(GALLERIES, Sign.GALLERIES_OPEN, slots=", ".join(seen), first=seen[0])


def _doubts(slot: Slot, settings: Settings) -> Iterator[Finding]:
    if slot.fallback is None and slot.on_failure is OnFailure.ERROR:
        yield warning(slot.slot_id, Sign.SLOT_NO_FALLBACK)
    if slot.ingest_password_required:
        if settings.password_hash(slot) is None:
            yield failure(slot.slot_id, Sign.SLOT_LOCKED)
    elif not slot.daily_call_limit:
        yield warning(slot.slot_id, Sign.SLOT_UNLOCKED)
