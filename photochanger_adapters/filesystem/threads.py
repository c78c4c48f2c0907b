"""Disks are waited for in threads."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, TypeVar, TypeVarTuple

from photochanger_core.domain.errors import StorageFull, StorageUnavailable

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

PATIENCE: Final = 0.1
"""Seconds that `let_go` waits: a disk that hangs must not make a guest wait past the deadline."""

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


async def in_thread(work: Callable[[*Ts], T], *args: *Ts, executor: Executor | None = None) -> T:
    """Run *work* in a thread, of *executor* or any, to its end even if the caller gives up waiting.

    Raises:
        StorageFull: If there is no room on the disk.
        StorageUnavailable: For what else the operating system complains of.
    """
    try:
        return await asyncio.shield(
            asyncio.get_running_loop().run_in_executor(executor, work, *args)
        )
    except OSError as error:
        raise translated(error) from error


async def let_go(work: Callable[[], None]) -> None:
    """Run *work*, which frees something, in a thread; wait for it, but not for long."""
    future = asyncio.get_running_loop().run_in_executor(None, work)
    await asyncio.wait([future], timeout=PATIENCE)


def translated(error: OSError) -> StorageFull | StorageUnavailable:
    """Return what the operating system complains of, in the words of the core."""
    kind = StorageFull if error.errno in _NO_ROOM else StorageUnavailable
    return kind(complaint(error))


def complaint(error: OSError) -> str:
    """Return what the operating system complains of, in its own words."""
    return f"{type(error).__name__}: {error.strerror}"
