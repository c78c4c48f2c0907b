"""A core in memory whose parts fail when told to."""

from __future__ import annotations

import asyncio
from typing import Any

from attrs import Factory, define, field, frozen

from photochanger_adapters.memory.images import MemoryImages
from photochanger_adapters.memory.provider import Step
from photochanger_adapters.memory.slot_repo import MemorySlotRepo
from photochanger_core.assembly import Ports
from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.images import Drawn
from photochanger_core.ports.media_store import Spool
from tests.memory_world import MemoryWorld


class FailingSlots(MemorySlotRepo):
    """Slots in memory that cannot be read once told so."""

    failing: Exception | None = None

    async def get(self, slot_id: SlotId) -> Slot:
        if self.failing is not None:
            raise self.failing
        return await super().get(slot_id)


@frozen
class HeldImages(MemoryImages):
    """Images that take for ever once told so."""

    held: asyncio.Event = Factory(asyncio.Event)

    async def prepare(
        self, photo: Blob, *, into: Spool, max_edge: int, max_bytes: int, seconds: float
    ) -> Drawn:
        if self.held.is_set():
            await asyncio.Event().wait()
        return await super().prepare(
            photo, into=into, max_edge=max_edge, max_bytes=max_bytes, seconds=seconds
        )


@define
class FakeHealth(HealthPort):
    """A part that is as it is told."""

    _name: str
    error: Exception | None = None
    hangs: bool = False

    @property
    def name(self) -> str:
        return self._name

    async def check(self) -> None:
        if self.error is not None:
            raise self.error
        if self.hangs:
            await asyncio.Event().wait()


def _healthy() -> dict[str, FakeHealth]:
    return {name: FakeHealth(name) for name in ("database", "media")}


def _slots(world: World) -> FailingSlots:
    return FailingSlots(world.media_rows, world.changes)


@define(eq=False, kw_only=True)
class World(MemoryWorld):
    """A world in memory whose parts fail when told to."""

    parts: dict[str, FakeHealth] = Factory(_healthy)
    slots: FailingSlots = field(default=Factory(_slots, takes_self=True))
    images: HeldImages = field(factory=HeldImages)

    def ports(self, **changes: Any) -> Ports:
        return super().ports(health=list(self.parts.values()), **changes)

    def answer_next_with(self, content: bytes) -> None:
        self.provider.script.append(Step(0.0, content))

    async def set(self, **changes: object) -> None:
        """Change what is set for all slots, also to what an administrator may not."""
        await self.set_for_all(**changes)

    async def set_slot(self, **changes: object) -> None:
        """Change the slot that photos are sent to."""
        await self.use.configure_slot("slot-001", changes, settings={}, by=Actor(name="test"))
