"""Ports that are slow, fall silent or vanish with their server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from attrs import define, field, frozen

from photochanger_adapters.memory.images import MemoryImages
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import CoreError, QueueUnavailable, StorageUnavailable
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, Result
from photochanger_core.domain.place import Place
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.images import Drawn
from photochanger_core.ports.media_store import MediaStorePort, Spool
from photochanger_core.ports.result_repo import ResultCount, ResultRepoPort
from photochanger_core.ports.turns import TurnsPort

from .asking import running_job


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
    """The way from one life of a server to a store; cut when the server is killed.

    Attributes:
        trips: After so many, there or back, it is cut by itself; None: never.
    """

    clock: ClockPort
    trouble: Trouble
    alive: bool = field(default=True, init=False)
    trips: int | None = None

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

    async def reopened(self) -> None:
        """Wait until words come over it again."""
        while self.alive and (self.trouble.database_away or self.trouble.database_mute):
            await self.clock.sleep(0.5)
        if not self.alive:
            raise QueueUnavailable("killed")

    async def _travel(self, seconds: float, killed: CoreError) -> None:
        if self.trips is not None:
            self.trips -= 1
            self.alive = self.alive and self.trips >= 0
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

    async def keep_preview(self, slot_id: SlotId, job_id: JobId, preview: Blob) -> None:
        async with self._road.to_disk():
            await self._media.keep_preview(slot_id, job_id, preview)

    async def open_preview(self, slot_id: SlotId, job_id: JobId) -> Blob:
        async with self._road.to_disk():
            pass
        return await self._media.open_preview(slot_id, job_id)

    async def discard(self, slot_id: SlotId, job_id: JobId) -> int:
        async with self._road.to_disk():
            return await self._media.discard(slot_id, job_id)

    async def size_of(self, slot_id: SlotId, job_id: JobId) -> int:
        async with self._road.to_disk():
            return await self._media.size_of(slot_id, job_id)

    async def lost(self, jobs: Sequence[Job]) -> Collection[JobId]:
        async with self._road.to_disk():
            return await self._media.lost(jobs)

    async def kept_before(self, moment: datetime) -> AsyncIterator[tuple[SlotId, JobId]]:
        async with self._road.to_disk():
            pass
        async for ids in self._media.kept_before(moment):
            yield ids


@define(eq=False)
class TroubledTurns(TurnsPort):
    """Turns at the end of a road: asked for over it, and told over it once it works."""

    _turns: TurnsPort
    _road: Road

    async def turn(self, job: Job, *, places: int) -> None:
        async with self._road.to_database():
            pass
        await self._turns.turn(job, places=places)
        await self._road.reopened()

    async def requeue(self, job: Job, provider: str) -> Job:
        async with self._road.to_database():
            return await self._turns.requeue(job, provider)

    async def ended(self, job_id: JobId) -> Job:
        async with self._road.to_database():
            pass
        await self._turns.ended(job_id)
        await self._road.reopened()
        return await self._turns.ended(job_id)


@define(eq=False)
class TroubledResults(ResultRepoPort):
    """Results at the end of a road."""

    _results: ResultRepoPort
    _road: Road

    async def latest(
        self,
        slot_ids: Collection[SlotId],
        now: datetime,
        limit: int,
        *,
        before: Place | None = None,
    ) -> Sequence[Job]:
        async with self._road.to_database():
            return await self._results.latest(slot_ids, now, limit, before=before)

    async def expired(
        self,
        now: datetime,
        limit: int,
        *,
        slot_id: SlotId | None = None,
        after: Job | None = None,
    ) -> Sequence[Job]:
        async with self._road.to_database():
            return await self._results.expired(now, limit, slot_id=slot_id, after=after)

    async def kept(
        self,
        now: datetime,
        limit: int,
        *,
        slot_id: SlotId | None = None,
        after: Job | None = None,
    ) -> Sequence[Job]:
        async with self._road.to_database():
            return await self._results.kept(now, limit, slot_id=slot_id, after=after)

    async def count(self, now: datetime, *, slot_id: SlotId | None = None) -> ResultCount:
        async with self._road.to_database():
            return await self._results.count(now, slot_id=slot_id)

    async def with_files(self, job_ids: Collection[JobId]) -> Collection[JobId]:
        async with self._road.to_database():
            return await self._results.with_files(job_ids)

    async def ended_without(self, since: datetime, limit: int) -> Sequence[Job]:
        async with self._road.to_database():
            return await self._results.ended_without(since, limit)

    async def mark_cleaned(self, job_ids: Collection[JobId], at: datetime) -> None:
        async with self._road.to_database():
            await self._results.mark_cleaned(job_ids, at)


@frozen(kw_only=True, eq=False)
class SlowImages(MemoryImages):
    """Takes the time that is known for each photo.

    Attributes:
        seconds: By checksum; other pictures take no time.
        ready: When a job's photo was ready.
    """

    clock: ClockPort
    seconds: dict[str, float] = field(factory=dict, init=False)
    ready: dict[JobId, float] = field(factory=dict, init=False)

    async def prepare(
        self, photo: Blob, *, into: Spool, max_edge: int, max_bytes: int, seconds: float
    ) -> Drawn:
        await self.clock.sleep(self.seconds.get(photo.sha256, 0.0))
        self.ready[running_job()] = self.clock.monotonic()
        return await super().prepare(
            photo, into=into, max_edge=max_edge, max_bytes=max_bytes, seconds=seconds
        )
