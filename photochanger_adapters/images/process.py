"""The server's end of a worker process."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from io import FileIO
from typing import Any, Final

from attrs import asdict, frozen

from photochanger_core.domain.blob import CHUNK, Blob
from photochanger_core.domain.errors import StorageUnavailable

from .delivery import Delivery
from .tasks import Task, packed

WORKER: Final = f"{__package__}.worker"
"""The module that the process runs; this one does without libvips."""

_KEPT: Final = str(32 * 2**20)

MALLOC: Final = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": _KEPT,
    "MALLOC_TRIM_THRESHOLD_": _KEPT,
}
"""How glibc shares out memory. A process keeps what a picture took for the next one, some 70 MB in
the end: what is given back comes again page by page, which took 6 of 66 ms for a photo of 3 MB and
its answer. Threads of libvips would reserve address space for themselves, which is bounded.
"""


class WorkerDied(Exception):
    """The process has ended before it answered."""


@frozen(kw_only=True, eq=False)
class WorkerProcess:
    """A process that runs `worker`: it works on one picture at a time, and can always be killed.

    What it says is JSON: one that a picture has taken over can say nothing worse.
    """

    _process: Process
    _requests: StreamWriter
    _answers: StreamReader

    @classmethod
    async def start(cls, niceness: int) -> WorkerProcess:
        """Return a new process, ready for work; it gives way to others by its *niceness*.

        Raises:
            StorageUnavailable: If it does not come up: no picture's fault.
        """
        process = await _launched(niceness)
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101 - asked for
        self = cls(process=process, requests=process.stdin, answers=process.stdout)
        try:
            await self._heard()
        except BaseException as error:
            self.kill()
            if isinstance(error, WorkerDied):
                raise StorageUnavailable("a worker process does not start") from error
            raise
        return self

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self._process.returncode is None

    async def ask(self, task: Task, picture: Blob) -> dict[str, Any]:
        """Return what the process says of *picture*; if it has changed it, `deliver` comes next.

        Once this has raised, the process is good for nothing. It reads and writes by itself what
        has a path: megabytes in pipes are slow, and hold up the loop. Not everywhere do paths of
        open files lead to them.

        Raises:
            WorkerDied: If it ends meanwhile.
            StorageUnavailable: If the picture cannot be read.
        """
        async with _reachable(picture) as path:
            if path is not None:
                await self._say(_line(packed(task) | {"picture": {"path": path}}))
                answer = await self._heard()
                if "out_of_reach" not in answer:
                    return answer
        await self._say(_line(packed(task) | {"picture": {"size": picture.size}}))
        async for chunk in picture.chunks():
            await self._say(chunk)
        return await self._heard()

    async def deliver(self, delivery: Delivery) -> None:
        """Have what the process has made go to *delivery*.

        Raises:
            WorkerDied: If it ends meanwhile.
            StorageFull, StorageUnavailable: If it cannot be written.
        """
        into = delivery.place
        await self._say(_line({"into": None if into is None else asdict(into)}))
        place, size = 0, (await self._heard())["following"]
        while place < size:
            chunk = await self._answers.read(min(CHUNK, size - place))
            if not chunk:
                raise WorkerDied
            await delivery.take(chunk, place)
            place += len(chunk)

    def kill(self) -> None:
        """End the process, whatever it does."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        """Wait until the process is gone."""
        await self._process.wait()

    async def _say(self, data: bytes) -> None:
        try:
            self._requests.write(data)
            await self._requests.drain()
        except ConnectionError as error:
            raise WorkerDied from error

    async def _heard(self) -> dict[str, Any]:
        line = await self._answers.readline()
        if not line.endswith(b"\n"):
            raise WorkerDied
        answer: dict[str, Any] = json.loads(line)
        return answer


def _environment() -> dict[str, str]:
    """Return what Python needs to find its modules and libraries, and none of our secrets."""
    libraries = os.environ.get("LD_LIBRARY_PATH")
    found = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **MALLOC}
    return found | ({"LD_LIBRARY_PATH": libraries} if libraries else {})


async def _launched(niceness: int) -> Process:
    # By a thread that lives as long as the server, that of the loop: the kernel ends the process
    # with the thread that started it.
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", WORKER, str(os.getpid()), str(niceness)),
        limit=CHUNK,
        stdin=PIPE,
        stdout=PIPE,
        env=_environment(),
    )


@asynccontextmanager
async def _reachable(picture: Blob) -> AsyncIterator[str | None]:
    """Yield a path by which a process of this user can read *picture* inside; None: there is none.

    What has no file gets one in memory, where there are such: a copy costs less than a pipe.

    Raises:
        StorageUnavailable: If it cannot be read.
    """
    if isinstance(picture, os.PathLike):
        yield os.fspath(picture)
        return
    file = await _in_memory(picture)
    if file is None:
        yield None
        return
    with file:
        yield f"/proc/{os.getpid()}/fd/{file.fileno()}"


async def _in_memory(picture: Blob) -> FileIO | None:
    """Return a file in memory with *picture*; None: there can be none."""
    # Not every Python for Linux has it: it depends on the C library that was there at its making.
    if sys.platform != "linux" or not hasattr(os, "memfd_create"):
        return None
    with ExitStack() as stack:
        try:
            file = stack.enter_context(FileIO(os.memfd_create("picture"), "wb"))
            async for chunk in picture.chunks():
                if file.write(chunk) != len(chunk):
                    return None
        except OSError:
            return None
        stack.pop_all()
        return file


def _line(said: Mapping[str, object]) -> bytes:
    return json.dumps(said).encode() + b"\n"
