"""Tell administrators of the slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.job import Job
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.provider_health import Circuit, ProviderHealthPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

_RECENT: Final = 10
"""Results that are told of."""


@frozen(kw_only=True)
class SlotView:
    """A slot, as it was *at* a moment.

    Attributes:
        model: The model that photos go to; None: there is no telling.
        circuit: Whether orders are kept from it, as far as this server has seen.
        recent: What booths' photos led to, the youngest first.
    """

    slot: Slot
    model: str | None
    circuit: Circuit
    recent: Sequence[Job]
    at: datetime


@frozen(kw_only=True)
class ReadSlots:
    """Tell administrators of the slots."""

    slots: SlotRepoPort
    results: ResultRepoPort
    providers: Mapping[str, ProviderPort]
    provider_health: ProviderHealthPort
    clock: ClockPort

    async def __call__(self, text: str) -> SlotView:
        """Return the slot with the id *text*.

        Raises:
            SlotNotFound: If there is no such slot.
            QueueUnavailable: If it cannot be read.
        """
        return await self.view(await self.slots.get(slot_id(text)))

    async def view(self, slot: Slot) -> SlotView:
        """Return *slot* with what belongs to it. Raises as when it is read."""
        now = self.clock.now()
        recent = await self.results.latest([slot.slot_id], now, _RECENT)
        return self._view(slot, recent, now)

    async def all(self) -> Sequence[SlotView]:
        """Return every slot, in the order of their ids, without results. Raises likewise."""
        now = self.clock.now()
        return [self._view(slot, (), now) for slot in await self.slots.all()]

    def _view(self, slot: Slot, recent: Sequence[Job], now: datetime) -> SlotView:
        model = self._model(slot)
        circuit = self.provider_health.circuit(slot.route.name(model))
        return SlotView(slot=slot, model=model, circuit=circuit, recent=recent, at=now)

    def _model(self, slot: Slot) -> str | None:
        provider = self.providers.get(slot.provider)
        return provider.model(slot.settings) if provider else None
