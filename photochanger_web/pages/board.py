"""The dashboard: the rows of all slots, or of some, in an order."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from aiohttp import web
from attrs import frozen

from photochanger_core.domain.standing import Standing
from photochanger_web.keys import USE_CASES

from .language import language_of_page
from .slot_rows import Row, Shared, row_of
from .slots_look import Look, Order
from .statistics_since import starts_of

_NUMBERS: Final = re.compile("([0-9]+)")

_URGENT: Final = (
    Standing.FAILING,
    Standing.DELAYED,
    Standing.BUSY,
    Standing.ACTIVE,
    Standing.OFF,
)


@frozen(kw_only=True)
class Board:
    """What the dashboard shows.

    Attributes:
        rows: What is looked at.
        by_id: All rows.
        counts: Slots, by how they are doing.
        free: The first slot that nobody has set up; None: all are in use.
        is_new: Whether nothing was set up but what installing sets up.
    """

    look: Look
    rows: Sequence[Row]
    by_id: Mapping[str, Row]
    counts: Mapping[Standing, int]
    free: str | None
    is_new: bool

    @property
    def orders(self) -> Sequence[Order]:
        """In which orders slots may stand."""
        return list(Order)


async def board_of(request: web.Request, look: Look) -> Board:
    """Return what is shown of the slots that *look* is at.

    All is asked for at once, and how many questions that takes does not depend on the slots.
    """
    use = request.app[USE_CASES]
    starts = starts_of(request)
    settings, figures, views = await asyncio.gather(
        use.read_settings(), use.read_stats.every_slot(starts=starts), use.read_slots.all()
    )
    stats = {one.slot.slot_id: one for one in figures}
    shared = Shared(
        request=request,
        language=language_of_page(request),
        places=settings.stored.settings.slot_max_in_flight,
        keys=settings.keys,
        providers=use.describe_providers(),
        starts=starts,
    )
    return _board([row_of(shared, view, stats[view.slot.slot_id]) for view in views], look)


def _board(rows: Sequence[Row], look: Look) -> Board:
    wanted = [row for row in rows if look.state in (None, row.standing)]
    return Board(
        look=look,
        rows=sorted(wanted, key=_KEYS[look.order]),
        by_id={row.slot_id: row for row in rows},
        counts=Counter(row.standing for row in rows),
        free=next((row.slot_id for row in rows if row.is_free), None),
        is_new=look.state is None and all(row.is_free for row in rows[1:]),
    )


def _name(row: Row) -> Sequence[tuple[int, str | int]]:
    """Return what names are sorted by: "Slot 2" stands before "Slot 10"."""
    parts = _NUMBERS.split(row.name.casefold())
    return [(1, int(part)) if part.isdecimal() else (0, part) for part in parts]


def _last(row: Row) -> tuple[bool, float]:
    return (row.last is None, 0.0 if row.last is None else -row.last.moment.timestamp())


def _success(row: Row) -> tuple[bool, int]:
    return (row.success is None, row.success or 0)


# Rows come by number, and what is equal stays in that order.
_KEYS: Final[Mapping[Order, Callable[[Row], Any]]] = {
    Order.NUMBER: lambda row: row.slot_id,
    Order.NAME: _name,
    Order.LAST: _last,
    Order.STATE: lambda row: _URGENT.index(row.standing),
    Order.SUCCESS: _success,
}
