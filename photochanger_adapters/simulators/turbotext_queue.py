"""The queue of the Turbotext stand-in: orders that are carried out while they are asked after."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import count
from typing import Final

from attrs import define, field, frozen

from .painting import Unpaintable, painted
from .turbotext_behaviour import Behaviour
from .turbotext_fetching import FetchedPicture, fetch_all
from .turbotext_rules import METHODS, Order

KEPT: Final = 256
"""Entries whose results are kept; older ones are forgotten."""


@define(kw_only=True)
class Seen:
    """An order that kept all rules.

    Attributes:
        fields: All that came, except `do`.
        fault: What goes wrong with it, on purpose.
        pictures: What its URLs led to; empty until that is known, and if it was never queued.
    """

    method: str
    fields: Mapping[str, str]
    fault: str | None
    pictures: tuple[FetchedPicture, ...] = ()


@frozen
class Failed:
    """An order came to nothing.

    Attributes:
        message: What whoever asks is told.
    """

    message: str


@define(kw_only=True, eq=False)
class Entry:
    """An order in the queue.

    Attributes:
        photos_left: What the account may order after this one.
        outcome: The picture, or why there is none; None: that is not known yet.
    """

    queueid: int
    order: Order
    behaviour: Behaviour
    seen: Seen
    photos_left: int
    outcome: bytes | Failed | None = field(default=None, repr=False)


@define
class Queue:
    """All entries, and the work on them."""

    photos_left: int
    _entries: dict[int, Entry] = field(factory=dict, init=False)
    _numbers: count[int] = field(factory=lambda: count(1), init=False)
    _work: set[asyncio.Task[None]] = field(factory=set, init=False)

    def add(self, order: Order, behaviour: Behaviour, seen: Seen) -> Entry:
        """Return a new entry, and begin to carry it out."""
        self.photos_left -= 1
        entry = Entry(
            queueid=next(self._numbers),
            order=order,
            behaviour=behaviour,
            seen=seen,
            photos_left=self.photos_left,
        )
        self._entries[entry.queueid] = entry
        self._entries.pop(entry.queueid - KEPT, None)
        task = asyncio.create_task(_carry_out(entry))
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return entry

    def entry(self, queueid: int) -> Entry | None:
        """Return the entry with that number, if it is known."""
        return self._entries.get(queueid)

    async def end(self) -> None:
        """Drop all work."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)


async def _carry_out(entry: Entry) -> None:
    delay = asyncio.sleep(entry.behaviour.delay_seconds)
    entry.outcome, _ = await asyncio.gather(_outcome(entry), delay)


async def _outcome(entry: Entry) -> bytes | Failed:
    fields = METHODS[entry.order.method].url_fields
    fetched = await fetch_all({name: entry.order.fields[name] for name in fields})
    entry.seen.pictures = tuple(one.seen for one in fetched)
    for seen in entry.seen.pictures:
        if seen.problem is not None:
            return Failed(f"Cannot load url: {seen.url}")
    try:
        return await asyncio.to_thread(_painted, *(one.content for one in fetched))
    except Unpaintable:
        return Failed("Cannot read image")


def _painted(base: bytes, inset: bytes | None = None) -> bytes:
    return painted(base, inset=inset)
