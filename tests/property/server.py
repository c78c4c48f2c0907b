"""One life of a server: from its start until it is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Final

from attrs import define, field, frozen

from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import CoreError, FailureReason
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.clock import ClockPort
from photochanger_core.use_cases.accept_upload import UploadHead
from photochanger_core.use_cases.renew_leases import RENEW_EVERY
from photochanger_core.use_cases.sweep_jobs import SWEEP_EVERY
from photochanger_core.use_cases.test_slot import SlotTest
from photochanger_core.use_cases.visit import Processed
from tests.memory_world import MemoryWorld

from .forms import parts
from .sending import Sending
from .surroundings import Surroundings
from .trouble import Road

PLANNED_BUG: Final = KeyError
CHORE: Final = "a chore"
"""What tasks are named that are no job's."""


@frozen(kw_only=True)
class Answer:
    """What somebody got, and the moment at which it did: a picture, or an error.

    Attributes:
        degraded: Why the picture is the guest's own photo.
    """

    at: float
    job: Job | None = None
    picture: bytes = field(default=b"", repr=False)
    degraded: FailureReason | None = None
    is_replay: bool = False
    error: Exception | None = None


@define(eq=False)
class Server:
    """One life of a server: from its start until it is killed."""

    use: UseCases
    _runs: TaskRuns
    _road: Road
    _world: MemoryWorld
    _requests: set[asyncio.Task[Answer]] = field(factory=set, init=False)
    _upkeep: list[asyncio.Task[None]] = field(factory=list, init=False)

    @classmethod
    def over(cls, around: Surroundings, owner: str) -> Server:
        """Return a server named *owner* that has not started yet."""
        road = Road(around.world.clock, around.trouble)
        ports = around.ports(owner, road)
        assert isinstance(ports.runs, TaskRuns)
        return cls(UseCases.over(ports), ports.runs, road, around.world)

    async def start(self) -> None:
        """Close what an earlier life left open, then renew and sweep as the web's upkeep does."""
        with suppress(CoreError):
            await self.use.sweep_jobs.at_start()
        self._upkeep += [
            asyncio.create_task(_every(RENEW_EVERY, self.use.renew_leases)),
            asyncio.create_task(_every(SWEEP_EVERY, self.use.sweep_jobs)),
            asyncio.create_task(_every(SWEEP_EVERY, self.use.purge_media.expired)),
        ]

    @property
    def is_alive(self) -> bool:
        """Whether it was not killed yet."""
        return self._road.alive

    @property
    def live(self) -> frozenset[JobId]:
        """The jobs that run here."""
        return self._runs.live()

    async def idle(self) -> None:
        """Wait until nothing is done here."""
        await self._runs.idle()

    def begin(self, sending: Sending) -> asyncio.Task[Answer]:
        """Begin to answer a booth; cancelled when it hangs up, or the server is killed."""
        task = asyncio.create_task(self._answer(sending))
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)
        if sending.leaves is not None:
            task.get_loop().call_later(sending.leaves, task.cancel)
        return task

    async def sweep(self) -> None:
        """Sweep now, out of turn; nothing happens if the stores are away."""
        with suppress(CoreError):
            await self.use.sweep_jobs()

    async def kill(self) -> None:
        """End at once: nothing it still does reaches a store."""
        self._road.alive = False
        tasks = {*self._requests, *self._upkeep}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._runs.close()

    @property
    def _clock(self) -> ClockPort:
        return self._world.clock

    async def _answer(self, sending: Sending) -> Answer:
        try:
            processed = await (self._test(sending) if sending.is_test else self._ingest(sending))
            picture = b"".join([chunk async for chunk in processed.content.chunks()])
            await processed.content.close()
        except (CoreError, PLANNED_BUG) as error:
            return Answer(at=self._clock.monotonic(), error=error)
        return Answer(
            at=self._clock.monotonic(),
            job=processed.job,
            picture=picture,
            degraded=processed.degraded,
            is_replay=processed.is_replay,
        )

    async def _ingest(self, sending: Sending) -> Processed:
        accepted = await self.use.accept_upload(_head(sending))
        async with aclosing(parts(sending.form, self._clock, sending.pause)) as form:
            return await self.use.ingest_photo(accepted, form)

    async def _test(self, sending: Sending) -> Processed:
        spool = self._world.media.spool()
        try:
            await spool.write(sending.photo)
            photo = await spool.finish(MediaType.JPEG)
        except BaseException:
            await spool.close()
            raise
        return await self.use.test_slot(
            SlotTest(slot=sending.slot, photo=photo, by=Actor(name="test"))
        )


def _head(sending: Sending) -> UploadHead:
    return UploadHead(
        slot=sending.slot,
        address=f"guest {sending.number}",
        content_type="multipart/form-data",
        content_encoding=None,
        content_length=None,
        idempotency_keys=() if sending.key is None else (sending.key,),
    )


async def _every(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        with suppress(CoreError):
            await chore()
