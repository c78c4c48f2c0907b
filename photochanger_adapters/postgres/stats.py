"""Statistics in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from attrs import frozen

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.stats import (
    TOKEN_COUNTS,
    Course,
    Kept,
    Outcome,
    ProviderTally,
    Series,
    SlotState,
    SlotTallies,
    Tally,
    Totals,
)
from photochanger_core.domain.window import Window
from photochanger_core.ports.stats import StatsPort

from . import stats_statements as statements
from .gateway import Gateway
from .session import Row


@frozen
class PgStatsRepo(StatsPort):
    """Statistics of `job_history`, `attempt` and `media_object`, made by the database."""

    _gateway: Gateway

    async def tallies(self, window: Window) -> SlotTallies:
        rows = await self._gateway.rows(statements.TALLIES, **_bounds(window), slots=list(SLOT_IDS))
        tallies = {row["slot_id"]: _tally(row) for row in rows}
        return SlotTallies(together=tallies.pop(None), slots=tallies)

    async def course(self, window: Window) -> Course:
        rows = await self._gateway.rows(
            statements.COURSE, **_bounds(window), step=window.step, slots=list(SLOT_IDS)
        )
        return Course(
            series=_series(row for row in rows if row["slot_id"] is None),
            slots={row["slot_id"]: _tally(row) for row in rows if row["slot_id"] is not None},
        )

    async def tallies_apart(self, windows: Mapping[SlotId, Window]) -> Mapping[SlotId, Tally]:
        rows = await self._gateway.rows(
            statements.TALLIES_APART,
            slots=list(windows),
            since=[window.since for window in windows.values()],
            until=[window.until for window in windows.values()],
        )
        return {row["slot_id"]: _tally(row) for row in rows if row["slot_id"] is not None}

    async def series(self, window: Window, slots: Collection[SlotId]) -> Series:
        rows = await self._gateway.rows(
            statements.SERIES, **_bounds(window), step=window.step, slots=list(slots)
        )
        return _series(rows)

    async def series_by_slot(self, window: Window) -> Mapping[SlotId, Series]:
        rows = await self._gateway.rows(
            statements.SERIES_BY_SLOT, **_bounds(window), step=window.step, slots=list(SLOT_IDS)
        )
        by_slot: dict[SlotId, list[Row]] = {}
        for row in rows:
            by_slot.setdefault(row["slot_id"], []).append(row)
        return {slot_id: _series(some) for slot_id, some in by_slot.items()}

    async def states(self) -> Mapping[SlotId, SlotState]:
        return {row["id"]: _state(row) for row in await self._gateway.rows(statements.STATES)}

    async def totals(self) -> Totals:
        [row] = await self._gateway.rows(statements.TOTALS)
        return Totals(jobs=row["jobs"], stored_bytes=int(row["stored_bytes"]))

    async def kept(self, window: Window) -> Kept:
        [row] = await self._gateway.rows(statements.KEPT, **_bounds(window), slots=list(SLOT_IDS))
        return Kept(results=row["results"], bytes=int(row["bytes"]))

    async def providers(self, window: Window) -> Mapping[str, ProviderTally]:
        return _provider_tallies(
            await self._gateway.rows(statements.ATTEMPTS_IN_WINDOW, **_bounds(window))
        )

    async def attempts_of(self, window: Window, slot: SlotId) -> Mapping[str, ProviderTally]:
        rows = await self._gateway.rows(statements.ATTEMPTS_FOR_SLOT, **_bounds(window), slot=slot)
        return _provider_tallies(rows)


def _bounds(window: Window) -> dict[str, Any]:
    return {"since": window.since, "until": window.until}


def _series(rows: Iterable[Row]) -> Series:
    stretches = {row["stretch"]: _tally(row) for row in rows}
    return Series(tally=stretches.pop(None), stretches=stretches)


def _tally(row: Row) -> Tally:
    counts = {outcome: row[outcome] for outcome in Outcome if row[outcome]}
    return Tally(counts=counts, **_times(row))


def _times(row: Row) -> dict[str, int | None]:
    return {
        name: None if row[name] is None else round(row[name]) for name in statements.PERCENTILES
    }


def _state(row: Row) -> SlotState:
    reason = row["last_error_reason"]
    return SlotState(
        active_jobs=row["active_jobs"],
        last_success_at=row["last_success_at"],
        last_error_reason=None if reason is None else FailureReason(reason),
        last_error_at=row["last_error_at"],
    )


def _provider_tallies(attempts: Iterable[Row]) -> Mapping[str, ProviderTally]:
    by_provider: dict[str, list[Row]] = {}
    for row in attempts:
        by_provider.setdefault(row["provider_id"], []).append(row)
    return {provider: _provider_tally(some) for provider, some in by_provider.items()}


def _provider_tally(rows: Iterable[Row]) -> ProviderTally:
    """Return the tally of *rows*, one for each reason there was, and one for successes."""
    counts = {row["failure_reason"]: row["attempts"] for row in rows}
    led = next((row for row in rows if row["failure_reason"] is None), None)
    tokens: dict[str, int] = {}
    for row in rows:
        for name in TOKEN_COUNTS:
            if row[name] is not None:
                tokens[name] = tokens.get(name, 0) + int(row[name])
    return ProviderTally(
        attempts=sum(counts.values()),
        failures={FailureReason(reason): n for reason, n in counts.items() if reason is not None},
        tokens=tokens,
        **({} if led is None else _times(led)),
    )
