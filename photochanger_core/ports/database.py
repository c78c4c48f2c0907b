"""What kind of database this is."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from photochanger_core.domain.moments import aware


@frozen(kw_only=True)
class DatabaseFacts:
    """What a database says of itself.

    Attributes:
        release: Its version, as it is told to people.
        is_supported: Whether it is new enough.
        tables: The version of the tables; 0: there are none.
        newest_tables: The version that this program knows and wants.
        now: What its clock shows.
    """

    release: str
    is_supported: bool
    tables: int
    newest_tables: int
    now: datetime = field(validator=aware)


class DatabasePort(Protocol):
    """What kind of database this is, before anything else is asked of it."""

    @abstractmethod
    async def facts(self) -> DatabaseFacts:
        """Return what it says of itself, whatever the version of its tables.

        Raises:
            QueueUnavailable: If it does not answer in time.
        """
