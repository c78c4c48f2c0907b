"""What changes, as it happens."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Protocol

from photochanger_core.domain.changes import Change


class ChangesPort(Protocol):
    """What changes, as it happens, on whichever server."""

    @abstractmethod
    def follow(self) -> AbstractContextManager[AsyncIterator[Change]]:
        """Follow what changes while inside: everything once, in the order in which it was stored.

        What was stored a moment before may be told, too.
        What comes first is `Missed`, as whatever was read before may be out of date. It comes again
        when changes may have been missed: after the store was away, instead of many stored at once,
        and instead of what waits for a follower that is slow, so that no more than a few hundred
        changes ever wait for one. Nothing follows it until it is taken.

        The iterator never ends by itself and never fails. Cancelling its next step loses nothing.
        """
