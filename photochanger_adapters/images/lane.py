"""Worker processes that share a queue of pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.picture import BadPicture, PictureProblem

from .delivery import Delivery
from .process import WorkerDied, WorkerProcess
from .tasks import Task

MAX_SECONDS: Final = 10.0
"""Time that drawing one picture may take."""

DELIVERY_SECONDS: Final = 20.0
"""Time in which what was drawn has to be where it belongs: a disk may be slow, not hang."""

LULL: Final = 0.25
"""Seconds without work that are a lull: photos that follow each other closely leave none."""


class Lane:
    """At most so many processes, bounded in memory and time, started when needed.

    A process that dies or takes too long, or whose caller gives up, is killed and replaced. Who
    dies first may have been killed from outside: the picture is tried again in a fresh process,
    whose death is the picture's fault.
    """

    def __init__(self, workers: int, *, niceness: int = 0) -> None:
        self._workers = workers
        self._niceness = niceness
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[WorkerProcess] = []
        self._started: set[WorkerProcess] = set()
        self._closed = False
        self._at_work = 0
        self._last_left = -LULL

    async def start(self) -> None:
        """Start all processes now.

        Raises:
            StorageUnavailable: If one of them does not come up.
        """
        fresh = (self._fresh() for _ in range(self._workers))
        for process in await asyncio.gather(*fresh, return_exceptions=True):
            if isinstance(process, BaseException):
                raise process
            self._idle.append(process)

    async def work(
        self, task: Task, picture: Blob, delivery: Delivery, seconds: float
    ) -> dict[str, Any]:
        """Return what a process says when it has done *task*.

        Raises:
            DeadlinePassed: If *seconds* are over, perhaps waiting for other pictures.
            BadPicture: If the picture takes too long, or kills.
            StorageFull, StorageUnavailable: If the picture cannot be read, or what came of it not
                written.
        """
        patience = asyncio.timeout(seconds)
        try:
            async with patience:
                with self._noticed():
                    async with self._turns:
                        return await self._asked(task, picture, delivery)
        except TimeoutError as error:
            if patience.expired():
                raise DeadlinePassed from error
            raise BadPicture(PictureProblem.TOO_SLOW) from error
        except WorkerDied as error:
            raise BadPicture(PictureProblem.UNDECODABLE, "kills who looks at it") from error

    async def lull(self, until: float) -> None:
        """Return when nothing was to be done for `LULL` seconds, or at the moment *until*."""
        while (left := min(until, self._lull_begins()) - _now()) > 0:  # noqa: ASYNC110 - no event
            await asyncio.sleep(left)

    async def close(self) -> None:
        """End all processes; none is started again."""
        self._closed = True
        self._idle.clear()
        for process in self._started:
            process.kill()
        for process in self._started:
            await process.ended()

    def _lull_begins(self) -> float:
        return (_now() if self._at_work else self._last_left) + LULL

    @contextmanager
    def _noticed(self) -> Iterator[None]:
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1
            self._last_left = _now()

    async def _asked(self, task: Task, picture: Blob, delivery: Delivery) -> dict[str, Any]:
        process = self._idle.pop() if self._idle else await self._fresh()
        latest = _now() + MAX_SECONDS
        try:
            return await self._ask(process, task, picture, delivery, latest)
        except WorkerDied:
            return await self._ask(await self._fresh(), task, picture, delivery, latest)

    async def _ask(
        self,
        process: WorkerProcess,
        task: Task,
        picture: Blob,
        delivery: Delivery,
        latest: float,
    ) -> dict[str, Any]:
        try:
            async with asyncio.timeout_at(latest):
                answer = await process.ask(task, picture)
            if answer.get("changed"):
                await _deliver(process, delivery)
        except BaseException:
            process.kill()
            raise
        self._idle.append(process)
        return answer

    async def _fresh(self) -> WorkerProcess:
        if self._closed:
            raise RuntimeError("the pool of workers is closed")
        self._started = {process for process in self._started if process.is_alive}
        process = await WorkerProcess.start(self._niceness)
        self._started.add(process)
        return process


async def _deliver(process: WorkerProcess, delivery: Delivery) -> None:
    """Have what was drawn go to *delivery*; if that takes too long, it is no picture's fault."""
    try:
        async with asyncio.timeout(DELIVERY_SECONDS):
            await delivery.prepare()
            await process.deliver(delivery)
    except TimeoutError as error:
        raise StorageUnavailable("a picture could not be put anywhere in time") from error


def _now() -> float:
    return asyncio.get_running_loop().time()
