"""Which media objects there are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.ids import MediaId
from photochanger_core.domain.media import MediaObject, MediaUse


class MediaRepoPort(Protocol):
    """Which media objects there are, and were: they are marked as cleaned, never forgotten.

    Every method raises QueueUnavailable if the store does not answer in time.
    """

    @abstractmethod
    async def add(self, media: MediaObject) -> MediaObject:
        """Remember a new media object and return it.

        Of templates that are not cleaned there is one with the same content: if it is there
        already, it is returned, and *media* is not remembered.
        """

    @abstractmethod
    async def get(self, media_id: MediaId) -> MediaObject:
        """Return a media object, cleaned or not.

        Raises:
            MediaNotFound: If there is none.
        """

    @abstractmethod
    async def templates(self, media_ids: Collection[MediaId]) -> Sequence[MediaObject]:
        """Return those templates among *media_ids* that are not cleaned, in the order of ids."""

    @abstractmethod
    async def same_template(self, sha256: str) -> MediaObject | None:
        """Return the template with this content that is not cleaned, if there is one."""

    @abstractmethod
    async def latest_templates(
        self, limit: int, *, before: MediaId | None = None
    ) -> Sequence[MediaObject]:
        """Return up to *limit* templates that are not cleaned, the youngest first.

        Of several made at the same time the one with the greater id comes first.

        Args:
            limit: At most.
            before: Only those that come after this one, cleaned or not, in this order; None: all.
        """

    @abstractmethod
    async def retire(self, media_id: MediaId, at: datetime) -> bool:
        """Store that a template was removed, if no slot uses it now.

        False, and nothing changed, if one does, or if there is no such template any more.
        Looking and storing are one step for all servers, as is `SlotRepoPort.save`.
        """

    @abstractmethod
    async def expired(
        self, now: datetime, limit: int, *, after: MediaObject | None = None
    ) -> Sequence[MediaObject]:
        """Return up to *limit* media objects that expired before *now* and are not cleaned.

        The ones that expired first come first, of several the one with the smaller id. One that
        expires at *now* is not among them.

        Args:
            now: The moment.
            limit: At most.
            after: Only those that come after this one, cleaned or not, in this order; None: all.
        """

    @abstractmethod
    async def kept(self, use: MediaUse, media_ids: Collection[MediaId]) -> Collection[MediaId]:
        """Return those among *media_ids* that are of this use and not cleaned."""

    @abstractmethod
    async def mark_cleaned(self, media_ids: Collection[MediaId], at: datetime) -> None:
        """Store that the files of these media objects were removed. The first time stays."""
