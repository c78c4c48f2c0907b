"""Somebody who follows what changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from photochanger_adapters.postgres.changes import PgChanges
from photochanger_core.domain.changes import Change, Missed, SlotChanged
from photochanger_core.domain.ids import SlotId
from tests.databases import ask

PATIENCE: Final = 20.0
"""Seconds after which a change that should be told long before is given up."""

END: Final = SlotChanged(slot_id=SlotId("the end"), version=0)
"""What no repository tells."""


async def told(following: AsyncIterator[Change], number: int = 1) -> list[Change]:
    """Return the next *number* changes."""
    async with asyncio.timeout(PATIENCE):
        return [await anext(following) for _ in range(number)]


async def told_until(following: AsyncIterator[Change], last: Change) -> list[Change]:
    """Return what comes before *last*."""
    found: list[Change] = []
    while (change := (await told(following))[0]) != last:
        found.append(change)
    return found


def end_of(dsn: str) -> None:
    """Tell `END` to all servers."""
    said = '{"change": "slot", "slot_id": "the end", "version": 0}'
    ask(dsn, "SELECT pg_notify('photochanger_changes', %(said)s)", {"said": said})


async def listening(changes: PgChanges) -> None:
    """Wait until *changes*, just entered, hears everything."""
    with changes.follow() as following:
        assert await told(following, 2) == [Missed(), Missed()]
