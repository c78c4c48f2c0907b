"""A database that says what it is told to."""

from __future__ import annotations

from datetime import timedelta

from attrs import define

from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.database import DatabaseFacts, DatabasePort


@define(kw_only=True)
class MemoryDatabase(DatabasePort):
    """A database that says what it is told to.

    Attributes:
        skew: By how much its clock is ahead.
        failing: Raised instead of answering.
    """

    clock: ClockPort
    release: str = "18.0"
    is_supported: bool = True
    tables: int = 1
    newest_tables: int = 1
    skew: timedelta = timedelta()
    failing: QueueUnavailable | None = None

    async def facts(self) -> DatabaseFacts:
        if self.failing is not None:
            raise self.failing
        return DatabaseFacts(
            release=self.release,
            is_supported=self.is_supported,
            tables=self.tables,
            newest_tables=self.newest_tables,
            now=self.clock.now() + self.skew,
        )
