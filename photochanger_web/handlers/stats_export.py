"""GET /api/stats/export.csv."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from photochanger_core.domain.reports import SlotsReport
from photochanger_core.domain.stats import Outcome
from photochanger_web.keys import USE_CASES
from photochanger_web.query import query_of
from photochanger_web.spreadsheet import Cell, spreadsheet

_HEAD: Final = ("from_utc", "slot_id", "slot", "jobs", *Outcome, "p50_ms", "p95_ms")


async def export(request: web.Request) -> web.Response:
    """Hand out a table: a row for each slot and stretch of the window in which there were jobs."""
    asked = query_of(request, numbers=["window_minutes"])
    report = await request.app[USE_CASES].read_stats.of_slots(**asked)
    return spreadsheet("statistics.csv", _HEAD, _rows(report))


def _rows(report: SlotsReport) -> Iterator[Sequence[Cell]]:
    """Yield what there is to tell, the oldest first."""
    for points in zip(*(slot.points for slot in report.slots), strict=True):
        for slot, (start, tally) in zip(report.slots, points, strict=True):
            if tally.counts:
                yield [
                    _cell(start),
                    slot.slot.slot_id,
                    slot.display_name,
                    tally.jobs,
                    *(tally[outcome] for outcome in Outcome),
                    tally.p50_ms,
                    tally.p95_ms,
                ]


def _cell(moment: datetime) -> str:
    """Return *moment* as spreadsheets take it for one."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
