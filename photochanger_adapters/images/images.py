"""Pictures decoded by Pillow, apart from the server."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Final, Self

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import BadPicture, MediaType, PictureFacts, PictureProblem
from photochanger_core.ports.images import ImagesPort

from .process import WorkerDied, WorkerProcess

WORKERS: Final = 2

MAX_SECONDS: Final = 10.0
"""Time that decoding one picture may take."""


class PillowImages(ImagesPort):
    """Pillow in two processes of their own, bounded in memory and time.

    A process that dies or takes too long, or whose caller gives up, is killed and replaced. Who
    dies first may have been killed from outside: the picture is tried again in a fresh process,
    whose death is the picture's fault. To be entered and left in the thread that runs the loop.
    """

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(WORKERS)
        self._idle: list[WorkerProcess] = []
        self._started: set[WorkerProcess] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        try:
            self._idle += [await self._fresh() for _ in range(WORKERS)]
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()

    async def inspect(self, picture: Blob, *, seconds: float) -> PictureFacts:
        try:
            async with asyncio.timeout(seconds), self._turns, asyncio.timeout(MAX_SECONDS):
                answer = await self._asked(picture)
        except TimeoutError as error:
            raise BadPicture(PictureProblem.UNDECODABLE, "takes too long") from error
        except WorkerDied as error:
            raise BadPicture(PictureProblem.UNDECODABLE, "kills who looks at it") from error
        return _facts(answer)

    async def _asked(self, picture: Blob) -> dict[str, Any]:
        try:
            return await self._ask(self._idle.pop() if self._idle else await self._fresh(), picture)
        except WorkerDied:
            return await self._ask(await self._fresh(), picture)

    async def _ask(self, process: WorkerProcess, picture: Blob) -> dict[str, Any]:
        try:
            answer = await process.ask(picture)
        except BaseException:
            process.kill()
            raise
        self._idle.append(process)
        return answer

    async def _fresh(self) -> WorkerProcess:
        if self._closed:
            raise RuntimeError("the pool of workers is closed")
        self._started = {process for process in self._started if process.is_alive}
        process = await WorkerProcess.start()
        self._started.add(process)
        return process

    async def _close(self) -> None:
        self._closed = True
        self._idle.clear()
        for process in self._started:
            process.kill()
        for process in self._started:
            await process.ended()


def _facts(answer: dict[str, Any]) -> PictureFacts:
    """Return what an answer of `worker` says, or raise it."""
    if problem := answer.get("problem"):
        raise BadPicture(PictureProblem(problem), answer["detail"])
    return PictureFacts(
        media_type=MediaType(answer["media_type"]),
        width=int(answer["width"]),
        height=int(answer["height"]),
    )
