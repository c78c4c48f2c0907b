"""What changes in PostgreSQL, as it happens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Self

from attrs import define, field

from photochanger_adapters.followers.followers import Followers
from photochanger_core.domain.changes import Change, Missed
from photochanger_core.ports.changes import ChangesPort

from .change_clauses import CHANGES, KIND, KINDS
from .ear import Ear


@define(eq=False)
class PgChanges(ChangesPort):
    """What is stored tells of itself (`change_clauses`); an `Ear` hears it, whoever stored it.

    To be used as a context manager.
    """

    _dsn: str = field(repr=False)
    _followers: Followers = field(factory=Followers, init=False)
    _ear: Ear = field(init=False)

    @_ear.default
    def _own_ear(self) -> Ear:
        return Ear(self._dsn, CHANGES, lambda said: self._followers.tell(_change(said)))

    async def __aenter__(self) -> Self:
        await self._ear.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ear.__aexit__()

    def follow(self) -> AbstractContextManager[AsyncIterator[Change]]:
        return self._followers.follow()


def _change(said: str | None) -> Change:
    """Return what *said* tells of. What is not understood, of a newer server say, was missed."""
    if said is None:
        return Missed()
    try:
        fields = json.loads(said)
        return KINDS[fields.pop(KIND)](**fields)
    except (ValueError, LookupError, TypeError, AttributeError):
        return Missed()
