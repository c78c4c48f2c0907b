"""What the server does beside answering requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

import structlog
from aiohttp import web

from photochanger_core.assembly import UseCases
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.events import BugPlace
from photochanger_core.use_cases.clear_leftovers import CLEAR_EVERY
from photochanger_core.use_cases.hear_of_cleanups import HEAR_EVERY
from photochanger_core.use_cases.renew_leases import RENEW_EVERY
from photochanger_core.use_cases.sweep_jobs import SWEEP_EVERY
from photochanger_core.use_cases.tell_bug import TellBug

from .keys import USE_CASES

Chore = Callable[[], Awaitable[None]]

log: Final = structlog.stdlib.get_logger("photochanger.web")


async def upkeep(app: web.Application) -> AsyncIterator[None]:
    """Close what an earlier life left open, then renew, sweep and purge as long as jobs run."""
    use_cases = app[USE_CASES]
    await use_cases.sweep_jobs.at_start()
    async with asyncio.TaskGroup() as tasks:
        loops = [
            tasks.create_task(_every(seconds, chore, use_cases.tell_bug))
            for seconds, chore in _chores(use_cases)
        ]
        yield
        await use_cases.renew_leases.until_idle()
        for loop in loops:
            loop.cancel()


def _chores(use_cases: UseCases) -> Sequence[tuple[float, Chore]]:
    """Return what is done again and again, after how many seconds each."""
    return [
        (RENEW_EVERY, use_cases.renew_leases),
        (SWEEP_EVERY, use_cases.sweep_jobs),
        (SWEEP_EVERY, use_cases.purge_media.expired),
        (CLEAR_EVERY, use_cases.clear_leftovers),
        (SWEEP_EVERY, use_cases.purge_logins),
        (SWEEP_EVERY, use_cases.purge_gallery_links),
        (HEAR_EVERY, use_cases.hear_of_cleanups),
    ]


async def _every(seconds: float, chore: Chore, tell_bug: TellBug) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore()
        except CoreError as error:
            log.warning("upkeep failed", chore=_name(chore), why=repr(error))
        except Exception:
            log.exception("bug in upkeep", chore=_name(chore))
            tell_bug(BugPlace.UPKEEP)


def _name(chore: Chore) -> str:
    """Return the name of the use case that *chore* is, or is a method of."""
    return type(getattr(chore, "__self__", chore)).__name__
