"""What the server does beside answering requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web

from photochanger_core.domain.errors import CoreError
from photochanger_core.use_cases.clear_leftovers import CLEAR_EVERY
from photochanger_core.use_cases.hear_of_cleanups import HEAR_EVERY
from photochanger_core.use_cases.renew_leases import RENEW_EVERY
from photochanger_core.use_cases.sweep_jobs import SWEEP_EVERY

from .keys import USE_CASES

log: Final = structlog.stdlib.get_logger("photochanger.web")


async def upkeep(app: web.Application) -> AsyncIterator[None]:
    """Close what an earlier life left open, then renew, sweep and purge as long as jobs run."""
    use_cases = app[USE_CASES]
    await use_cases.sweep_jobs.at_start()
    async with asyncio.TaskGroup() as tasks:
        loops = [
            tasks.create_task(_every(RENEW_EVERY, use_cases.renew_leases)),
            tasks.create_task(_every(SWEEP_EVERY, use_cases.sweep_jobs)),
            tasks.create_task(_every(SWEEP_EVERY, use_cases.purge_media.expired)),
            tasks.create_task(_every(CLEAR_EVERY, use_cases.clear_leftovers)),
            tasks.create_task(_every(SWEEP_EVERY, use_cases.purge_logins)),
            tasks.create_task(_every(SWEEP_EVERY, use_cases.purge_gallery_links)),
            tasks.create_task(_every(HEAR_EVERY, use_cases.hear_of_cleanups)),
        ]
        yield
        await use_cases.renew_leases.until_idle()
        for loop in loops:
            loop.cancel()


async def _every(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore()
        except CoreError as error:
            log.warning("upkeep failed", chore=_name(chore), why=repr(error))
        except Exception:
            log.exception("bug in upkeep", chore=_name(chore))


def _name(chore: Callable[[], Awaitable[None]]) -> str:
    """Return the name of the use case that *chore* is, or is a method of."""
    return type(getattr(chore, "__self__", chore)).__name__
