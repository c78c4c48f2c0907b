"""Ports that are slow, fall silent or vanish with their server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from attrs import define, field

from photochanger_adapters.memory.images import MemoryImages
from photochanger_adapters.memory.provider import ScriptedProvider, Step
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import CoreError, QueueUnavailable, StorageUnavailable
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Result
from photochanger_core.domain.picture import PictureFacts
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.images import ImagesPort
from photochanger_core.ports.media_store import MediaStorePort, Spool
from photochanger_core.ports.provider import Answer, Order


@define
class Trouble:
    """What is wrong with the stores.

    Attributes:
        database_away: Nothing reaches the database.
        database_mute: What reaches it is done, but no answer comes back.
        database_seconds: How long it takes to reach the database, and to come back.
        disk_seconds: How long it takes to reach the disk, and to come back.
    """

    database_away: bool = False
    database_mute: bool = False
    database_seconds: float = 0.0
    disk_seconds: float = 0.0

    @property
    def is_on(self) -> bool:
        """Whether anything is wrong."""
        return self != Trouble()

    def end(self) -> None:
        """Let everything work again, at once."""
        self.database_away = self.database_mute = False
        self.database_seconds = self.disk_seconds = 0.0


@define(eq=False)
class Road:
    """The way from one life of a server to a store; cut when the server is killed."""

    clock: ClockPort
    trouble: Trouble
    alive: bool = field(default=True, init=False)

    @asynccontextmanager
    async def to_database(self) -> AsyncIterator[None]:
        await self._travel(self.trouble.database_seconds, QueueUnavailable("killed"))
        if self.trouble.database_away:
            raise QueueUnavailable("away")
        yield
        if self.trouble.database_mute:
            raise QueueUnavailable("mute")
        await self._travel(self.trouble.database_seconds, QueueUnavailable("killed"))

    @asynccontextmanager
    async def to_disk(self) -> AsyncIterator[None]:
        await self._travel(self.trouble.disk_seconds, StorageUnavailable("killed"))
        yield
        await self._travel(self.trouble.disk_seconds, StorageUnavailable("killed"))

    async def _travel(self, seconds: float, killed: CoreError) -> None:
        if self.alive and seconds:
            await self.clock.sleep(seconds)
        if not self.alive:
            raise killed


@define(eq=False)
class TroubledMedia(MediaStorePort):
    """A media store at the end of a road."""

    _media: MediaStorePort
    _road: Road

    def spool(self) -> Spool:
        return self._media.spool()

    async def keep(self, slot_id: SlotId, job_id: JobId, picture: Blob) -> str:
        async with self._road.to_disk():
            return await self._media.keep(slot_id, job_id, picture)

    async def open(self, slot_id: SlotId, job_id: JobId, result: Result) -> Blob:
        async with self._road.to_disk():
            pass
        return await self._media.open(slot_id, job_id, result)

    async def discard(self, slot_id: SlotId, job_id: JobId) -> None:
        async with self._road.to_disk():
            await self._media.discard(slot_id, job_id)

    async def kept_before(self, moment: datetime) -> AsyncIterator[tuple[SlotId, JobId]]:
        async with self._road.to_disk():
            pass
        async for ids in self._media.kept_before(moment):
            yield ids


@define
class SlowImages(ImagesPort):
    """Takes the time that is known for each photo.

    Attributes:
        seconds: By checksum; other pictures take no time.
    """

    _clock: ClockPort
    _images: MemoryImages
    seconds: dict[str, float] = field(factory=dict, init=False)

    async def inspect(self, picture: Blob, *, seconds: float) -> PictureFacts:
        await self._clock.sleep(self.seconds.get(picture.sha256, 0.0))
        return await self._images.inspect(picture, seconds=seconds)


@define
class PlannedProvider(ScriptedProvider):
    """Does what is planned for each photo.

    Attributes:
        plans: By the photo's checksum.
    """

    plans: dict[str, Step] = field(factory=dict, init=False)

    async def process(self, order: Order) -> Answer:
        self.script.appendleft(self.plans[order.photo.sha256])
        return await super().process(order)

    def calls_for(self, photo_sha256: str) -> int:
        """Return how often a photo was sent here."""
        return sum(call.order.photo.sha256 == photo_sha256 for call in self.calls)
