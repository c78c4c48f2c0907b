"""A core in memory whose parts fail when told to."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime, timedelta

from attrs import define

from photochanger_adapters.memory.events import MemoryEvents
from photochanger_adapters.memory.images import MemoryImages
from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_adapters.memory.passwords import MemoryPasswords
from photochanger_adapters.memory.provider import ScriptedProvider, Step
from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_adapters.memory.slot_repo import MemorySlotRepo
from photochanger_adapters.system.clock import SystemClock
from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import Ports
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.picture import PictureFacts
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.images import ImagesPort


class SteppedClock(SystemClock):
    """The machine's clocks; the wall clock can be set."""

    def __init__(self) -> None:
        self.stepped = timedelta()

    def now(self) -> datetime:
        return super().now() + self.stepped


class FailingSlots(MemorySlotRepo):
    """Slots in memory that cannot be read once told so."""

    failing: Exception | None = None

    async def get(self, slot_id: SlotId) -> Slot:
        if self.failing is not None:
            raise self.failing
        return await super().get(slot_id)


@define
class HeldImages(ImagesPort):
    """Images that take for ever once told so."""

    images: ImagesPort
    held: bool = False

    async def inspect(self, picture: Blob, *, seconds: float) -> PictureFacts:
        if self.held:
            await asyncio.Event().wait()
        return await self.images.inspect(picture, seconds=seconds)


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


class World:
    """Everything around the core, in memory, and handles to it."""

    def __init__(self) -> None:
        self.clock = SteppedClock()
        self.slots = FailingSlots()
        self.settings = MemorySettingsRepo()
        self.jobs = MemoryJobRepo()
        self.media = MemoryMediaStore(self.clock)
        self.images = HeldImages(MemoryImages())
        self.provider = ScriptedProvider(self.clock)
        self.runs = TaskRuns()
        self.events = MemoryEvents()
        self.health = {name: FakeHealth(name) for name in ("database", "media")}

    @property
    def ports(self) -> Ports:
        return Ports(
            slots=self.slots,
            settings=self.settings,
            jobs=self.jobs,
            media=self.media,
            images=self.images,
            providers={"gemini": self.provider},
            passwords=MemoryPasswords(),
            clock=self.clock,
            runs=self.runs,
            events=self.events,
            health=list(self.health.values()),
            new_job_id=lambda: JobId(str(uuid.uuid4())),
            owner="test:1",
        )

    def answer_next_with(self, content: bytes) -> None:
        self.provider.script.append(Step(0.0, content))
