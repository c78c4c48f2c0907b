"""The server's end of a worker process."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.blob import Blob

WORKER: Final = f"{__package__}.worker"
"""The module that the process runs; this one does without Pillow."""


class WorkerDied(Exception):
    """The process has ended before it answered."""


@frozen(kw_only=True, eq=False)
class WorkerProcess:
    """A process that runs `worker`: it looks into one picture at a time, and can always be killed.

    What it says is JSON: one that a picture has taken over can say nothing worse.
    """

    _process: Process
    _requests: StreamWriter
    _answers: StreamReader

    @classmethod
    async def start(cls) -> WorkerProcess:
        """Return a new process, ready for work.

        Raises:
            RuntimeError: If it does not come up: no picture's fault.
        """
        process = await _launched()
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101 - asked for
        self = cls(process=process, requests=process.stdin, answers=process.stdout)
        try:
            await self._heard()
        except BaseException as error:
            self.kill()
            if isinstance(error, WorkerDied):
                raise RuntimeError("a worker process does not start") from error
            raise
        return self

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self._process.returncode is None

    async def ask(self, picture: Blob) -> dict[str, Any]:
        """Return what the process says of *picture*. Once this has raised, it is good for nothing.

        It reads by itself what has a path; not everywhere do paths of open files lead to them.

        Raises:
            WorkerDied: If it ends meanwhile.
            StorageUnavailable: If the picture cannot be read.
        """
        if isinstance(picture, os.PathLike):
            await self._say(_line(path=os.fspath(picture)))
            answer = await self._answer()
            if "unreadable" not in answer:
                return answer
        await self._say(_line(size=picture.size))
        async for chunk in picture.chunks():
            await self._say(chunk)
        return await self._answer()

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

    async def _answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(await self._heard())
        return answer

    async def _heard(self) -> bytes:
        line = await self._answers.readline()
        if not line.endswith(b"\n"):
            raise WorkerDied
        return line


def _environment() -> dict[str, str]:
    """Return what Python needs to find its modules and libraries, and none of our secrets."""
    libraries = os.environ.get("LD_LIBRARY_PATH")
    found = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return found | ({"LD_LIBRARY_PATH": libraries} if libraries else {})


async def _launched() -> Process:
    # By a thread that lives as long as the server, that of the loop: the kernel ends the process
    # with the thread that started it.
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", WORKER, str(os.getpid())),
        stdin=PIPE,
        stdout=PIPE,
        env=_environment(),
    )


def _line(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"
