"""What changes in dicts, as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager

from attrs import define, field

from photochanger_adapters.followers.followers import Followers
from photochanger_core.domain.changes import Change
from photochanger_core.ports.changes import ChangesPort


@define(eq=False)
class MemoryChanges(ChangesPort):
    """What changes in the repositories in memory that share it."""

    _followers: Followers = field(factory=Followers, init=False)

    def follow(self) -> AbstractContextManager[AsyncIterator[Change]]:
        return self._followers.follow()

    def tell(self, change: Change) -> None:
        """Tell whoever follows."""
        self._followers.tell(change)
