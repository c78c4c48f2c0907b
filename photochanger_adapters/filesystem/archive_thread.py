"""Archives are waited for in a thread of their own, so that one thing is done after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar, TypeVarTuple

from attrs import frozen

from photochanger_core.domain.archive import ArchiveError, Obstacle

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@frozen
class ArchiveThread:
    """Does one thing after the other, also when whoever asked for it has given up waiting."""

    _name: str
    _executor: ThreadPoolExecutor

    async def run(self, work: Callable[[*Ts], T], *args: *Ts) -> T:
        """Do *work* after all that was asked for before.

        Raises:
            ArchiveError: If the operating system does not let it.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work, *args)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ArchiveError(
                f"{self._name}: {reason}", Obstacle.SYSTEM, name=self._name, why=reason
            ) from error


@asynccontextmanager
async def archive_thread(name: str) -> AsyncIterator[ArchiveThread]:
    """Yield a thread for the archive called *name*."""
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
    try:
        yield ArchiveThread(name, executor)
    finally:
        executor.shutdown(wait=False)
