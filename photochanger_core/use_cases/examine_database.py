"""See whether the database is one that can be worked with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure, warning, well
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.database import DatabaseFacts, DatabasePort

DATABASE: Final = "database"
TABLES: Final = "migrations"
DATABASE_CLOCK: Final = "database clock"

_NOTABLE: Final = timedelta(seconds=5)
_GRAVE: Final = timedelta(minutes=1)
"""Two clocks that differ so much are not both right, and links end when they should not."""


@frozen(kw_only=True)
class ExamineDatabase:
    """See whether the database is there, new enough, and at the version that is wanted."""

    database: DatabasePort
    clock: ClockPort

    async def __call__(self) -> Sequence[Finding]:
        """Return what was found."""
        before = self.clock.now()
        try:
            facts = await self.database.facts()
        except QueueUnavailable as error:
            return [failure(DATABASE, Sign.DATABASE_AWAY, why=error.detail)]
        skew = _skew(facts.now, before, self.clock.now())
        return [_release(facts), _tables(facts), _clock(skew)]


def _skew(shown: datetime, before: datetime, after: datetime) -> timedelta:
    """Return how far *shown* is from any moment between *before* and *after*."""
    return max(before - shown, shown - after, timedelta())


def _release(facts: DatabaseFacts) -> Finding:
    if facts.is_supported:
        return well(DATABASE, Sign.DATABASE_OK, release=facts.release)
    return failure(DATABASE, Sign.DATABASE_OLD, release=facts.release)


def _tables(facts: DatabaseFacts) -> Finding:
    versions = {"version": facts.tables, "newest": facts.newest_tables}
    if facts.tables == facts.newest_tables:
        return well(TABLES, Sign.TABLES_OK, **versions)
    is_behind = facts.tables < facts.newest_tables
    return failure(TABLES, Sign.TABLES_BEHIND if is_behind else Sign.TABLES_AHEAD, **versions)


def _clock(skew: timedelta) -> Finding:
    seconds = skew.total_seconds()
    if skew <= _NOTABLE:
        return well(DATABASE_CLOCK, Sign.DATABASE_CLOCK_OK, seconds=seconds)
    tell = failure if skew > _GRAVE else warning
    return tell(DATABASE_CLOCK, Sign.DATABASE_CLOCK_OFF, seconds=seconds)
