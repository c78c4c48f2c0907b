"""One life of a server: from its start until it is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import aclosing, suppress
from typing import Final

from attrs import define, field, frozen

from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import UseCases
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.use_cases.accept_upload import UploadHead
from photochanger_core.use_cases.renew_leases import RENEW_EVERY
from photochanger_core.use_cases.sweep_jobs import SWEEP_EVERY
from tests.memory_world import MemoryWorld

from .forms import parts
from .ledger import Ledger, WatchedJobs
from .sending import Sending
from .trouble import Road, SlowImages, Trouble, TroubledMedia

PLANNED_BUG: Final = KeyError


@define
class Surroundings:
    """What servers share.

    Attributes:
        live: The jobs that run in any of them.
    """

    world: MemoryWorld
    trouble: Trouble
    ledger: Ledger
    images: SlowImages
    live: Callable[[], Collection[JobId]]


@frozen(kw_only=True)
class Answer:
    """What a booth got, and the moment at which it did: a picture, or an error."""

    at: float
    job: Job | None = None
    picture: bytes = field(default=b"", repr=False)
    error: Exception | None = None


@define(eq=False)
class Server:
    """One life of a server: from its start until it is killed."""

    _use: UseCases
    _runs: TaskRuns
    _road: Road
    _clock: ClockPort
    _requests: set[asyncio.Task[Answer]] = field(factory=set, init=False)
    _upkeep: list[asyncio.Task[None]] = field(factory=list, init=False)

    @classmethod
    def over(cls, around: Surroundings, owner: str) -> Server:
        """Return a server named *owner* that has not started yet."""
        world, runs = around.world, TaskRuns()
        road = Road(world.clock, around.trouble)
        ports = world.ports(
            jobs=WatchedJobs(world.jobs, road, around.ledger, around.live),
            media=TroubledMedia(world.media, road),
            images=around.images,
            runs=runs,
            owner=owner,
        )
        return cls(UseCases.over(ports), runs, road, world.clock)

    async def start(self) -> None:
        """Close what an earlier life left open, then renew and sweep as the web's upkeep does."""
        with suppress(CoreError):
            await self._use.sweep_jobs.at_start()
        self._upkeep += [
            asyncio.create_task(_every(RENEW_EVERY, self._use.renew_leases)),
            asyncio.create_task(_every(SWEEP_EVERY, self._use.sweep_jobs)),
        ]

    @property
    def is_alive(self) -> bool:
        """Whether it was not killed yet."""
        return self._road.alive

    @property
    def live(self) -> frozenset[JobId]:
        """The jobs that run here."""
        return self._runs.live()

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
            await self._use.sweep_jobs()

    async def kill(self) -> None:
        """End at once: nothing it still does reaches a store."""
        self._road.alive = False
        tasks = {*self._requests, *self._upkeep}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._runs.close()

    async def _answer(self, sending: Sending) -> Answer:
        try:
            job, picture = await self._ingest(sending)
        except (CoreError, PLANNED_BUG) as error:
            return Answer(at=self._clock.monotonic(), error=error)
        return Answer(at=self._clock.monotonic(), job=job, picture=picture)

    async def _ingest(self, sending: Sending) -> tuple[Job, bytes]:
        accepted = await self._use.accept_upload(_head(sending))
        async with aclosing(parts(sending.form, self._clock, sending.pause)) as form:
            answer = await self._use.ingest_photo(accepted, form)
        content = b"".join([chunk async for chunk in answer.content.chunks()])
        await answer.content.close()
        return answer.job, content


def _head(sending: Sending) -> UploadHead:
    return UploadHead(
        slot=sending.slot,
        content_type="multipart/form-data",
        content_encoding=None,
        content_length=None,
    )


async def _every(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        with suppress(CoreError):
            await chore()
