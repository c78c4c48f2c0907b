"""One server with two providers, to which guests come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from attrs import define, evolve, field, frozen

from photochanger_core.assembly import UseCases
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.slot import Slot
from photochanger_core.use_cases.renew_leases import RENEW_EVERY
from photochanger_core.use_cases.timing import Timing
from photochanger_core.use_cases.visit import PhotoRequest, Processed
from tests.memory_world import MemoryWorld
from tests.virtual_time import START

from .asking import Book, WatchedProvider
from .deeds import Deed
from .forms import photo
from .money import Terms
from .server import PLANNED_BUG
from .trouble import SlowImages

SLOT: Final = SlotId("slot-001")
_DEDUPE: Final = timedelta(minutes=10)

Plan = Callable[[str, str], Deed]
"""Says what a provider, by its name, does with a photo, by its checksum."""


@frozen(kw_only=True)
class Got:
    """What a guest got, and the moments between which it waited."""

    since: float
    at: float
    processed: Processed | None = None
    picture: bytes = b""
    error: Exception | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it was a picture that a provider made."""
        return self.processed is not None and self.processed.degraded is None


@define(eq=False)
class Lone:
    """One server with two providers, to which guests come."""

    plan: Plan
    slot: Slot
    world: MemoryWorld
    book: Book = field(factory=Book, init=False)
    images: SlowImages = field(init=False)
    use: UseCases = field(init=False)

    @classmethod
    async def opened(cls, plan: Plan, limits: Mapping[str, int], **options: Any) -> Lone:
        """Return one whose slot has *options*."""
        world = MemoryWorld()
        await world.set_for_all(**limits)
        slot = await world.slots.get(SLOT)
        return cls(plan, evolve(slot, provider="first", settings={}, **options), world)

    def __attrs_post_init__(self) -> None:
        self.images = SlowImages(clock=self.world.clock)
        providers = {name: self._provider(name) for name in ("first", "second")}
        self.use = UseCases.over(self.world.ports(images=self.images, providers=providers))

    @asynccontextmanager
    async def upkeep(self) -> AsyncIterator[None]:
        """Renew leases meanwhile."""
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])

    async def send(self, number: int, *, upload: float = 0.0) -> Got:
        """Send a photo, whose upload takes some of the window, and wait for what comes of it."""
        clock = self.world.clock
        since, deadline = clock.monotonic(), self._deadline()
        await clock.sleep(upload)
        request = PhotoRequest(
            photo=await self._uploaded(photo(number)),
            slot=self.slot,
            settings=await self.world.settings.read(),
            source=JobSource.INGEST,
            deadline=deadline,
            dedupe=_DEDUPE,
            timing=Timing(since),
        )
        try:
            processed = await self.use.ingest_photo.process_photo(request)
        except (CoreError, PLANNED_BUG) as error:
            return Got(since=since, at=clock.monotonic(), error=error)
        content = b"".join([chunk async for chunk in processed.content.chunks()])
        await processed.content.close()
        return Got(since=since, at=clock.monotonic(), processed=processed, picture=content)

    def terms(self, job: Job) -> Terms:
        """Return what applies to a job."""
        return Terms(
            slot=self.slot,
            window=self._window,
            deadline=(job.sync_deadline - START).total_seconds(),
            begins=self.images.ready[job.job_id],
        )

    @property
    def _window(self) -> int:
        assert self.slot.sync_response_seconds is not None
        return self.slot.sync_response_seconds

    def _deadline(self) -> Deadline:
        clock = self.world.clock
        return Deadline.after(self._window, monotonic=clock.monotonic(), now=clock.now())

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            await self.use.renew_leases()

    async def _uploaded(self, content: bytes) -> Blob:
        spool = self.world.media.spool()
        await spool.write(content)
        return await spool.finish(MediaType.JPEG)

    def _provider(self, name: str) -> WatchedProvider:
        return WatchedProvider(
            name=name,
            clock=self.world.clock,
            health=self.world.health,
            book=self.book,
            plan=lambda photo_sha256: self.plan(name, photo_sha256),
        )
