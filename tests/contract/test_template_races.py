"""A template is deleted just as a slot is given it: one of the two comes first.

The lock is held until both wait for it, in either order: two servers, as those who ask the same
one wait for each other before they wait for the lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from attrs import evolve

from photochanger_adapters.postgres.gateway import Gateway, Lock
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.session import session
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_core.domain.errors import MediaNotFound
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.media import MediaKind, MediaUse, TemplateMedia
from tests.databases import ask

from .samples import NOON, media, media_id

PATIENCE = 20.0
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def server(dsn: str) -> Gateway:
    return Gateway(dsn=dsn, size=4, statement_timeout_ms=20_000)


@pytest.fixture
async def gateways(dsn: str) -> AsyncIterator[tuple[Gateway, Gateway]]:
    async with server(dsn) as first, server(dsn) as second:
        yield first, second


async def waiting(dsn: str, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while ask(dsn, WAITING)[0]["count"] < count:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("is_bound_first", [True, False])
async def test_no_slot_is_left_with_a_template_that_is_gone(
    dsn: str, gateways: tuple[Gateway, Gateway], is_bound_first: bool
) -> None:
    slots, rows = PgSlotRepo(gateways[0]), PgMediaRepo(gateways[1])
    await rows.add(media(1, use=MediaUse.TEMPLATE))
    bound = TemplateMedia(media_kind=MediaKind.STYLE, media_object_id=media_id(1))
    slot = evolve(await slots.get(SLOT_IDS[0]), template_media=[bound], version=2)
    begin: list[Callable[[], Awaitable[object]]] = [
        partial(slots.save, slot),
        partial(rows.retire, media_id(1), NOON),
    ]
    async with session(dsn, seconds=PATIENCE) as other:
        await other.run(f"SELECT pg_advisory_lock({Lock.TEMPLATES:d})")
        tasks = []
        for number, one in enumerate(begin if is_bound_first else begin[::-1], start=1):
            tasks.append(asyncio.ensure_future(one()))
            await waiting(dsn, number)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    saved, retired = outcomes if is_bound_first else outcomes[::-1]
    stored = await slots.get(SLOT_IDS[0])
    if is_bound_first:
        assert (saved, retired, stored) == (None, False, slot)
    else:
        assert (type(saved), retired, stored.version) == (MediaNotFound, True, 1)
