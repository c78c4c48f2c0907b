"""Where pictures lie."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Protocol

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, Result
from photochanger_core.domain.picture import MediaType

Stored = tuple[SlotId, JobId]
"""Under which results are found."""

Removed = int | StorageUnavailable
"""What came of removing: how many bytes that was, or why they cannot be removed."""


class Spool(Protocol):
    """Where an upload goes while it streams in. Nobody else sees it; it is gone when closed."""

    @abstractmethod
    async def write(self, chunk: bytes) -> None:
        """Append *chunk*.

        Raises:
            StorageFull: If there is no room.
            StorageUnavailable: If it cannot be written.
        """

    @abstractmethod
    async def finish(self, media_type: MediaType) -> Blob:
        """Return what was written; closing the blob closes the spool. Nothing may be written after.

        Raises:
            StorageFull, StorageUnavailable: As `write`.
        """

    @abstractmethod
    async def close(self) -> None:
        """Let go of everything written. May be called twice."""


class MediaStorePort(Protocol):
    """Where pictures lie. Results are found by slot and job, and by nothing else."""

    @abstractmethod
    def spool(self) -> Spool:
        """Return a place for an upload; whoever asked closes it."""

    @abstractmethod
    async def keep(self, slot_id: SlotId, job_id: JobId, picture: Blob) -> str:
        """Store the result of a job durably and return its location.

        When this returns, the bytes survive a crash of the machine. When it raises, or is
        cancelled, no part of a file can be seen under the job; `discard` removes the rest.
        *picture* stays the caller's.

        Raises:
            StorageFull: If there is no room.
            StorageUnavailable: If it cannot be written.
        """

    @abstractmethod
    async def open(self, slot_id: SlotId, job_id: JobId, result: Result) -> Blob:
        """Return a stored result; it stays readable until closed, even if discarded meanwhile.

        Raises:
            ResultNotFound: If there is no such file.
            StorageUnavailable: If it cannot be read.
        """

    @abstractmethod
    async def keep_preview(self, slot_id: SlotId, job_id: JobId, preview: Blob) -> None:
        """Store the preview of a stored result, in place of an older one.

        Nothing is stored for a job that has nothing stored: what was discarded stays away.
        *preview* stays the caller's. Raises as `keep`.
        """

    @abstractmethod
    async def open_preview(self, slot_id: SlotId, job_id: JobId) -> Blob:
        """Return the preview of a stored result, a WebP. Raises as `open`."""

    @abstractmethod
    async def discard(self, slot_id: SlotId, job_id: JobId) -> int:
        """Remove everything stored for a job; do nothing if there is nothing.

        Returns:
            How many bytes that was.

        Raises:
            StorageUnavailable: If it cannot be removed.
        """

    async def discard_all(self, which: Sequence[Stored]) -> Sequence[Removed]:
        """Do as `discard` for several jobs; one that cannot be removed keeps no other.

        Returns:
            What came of each, in their order.
        """
        return [await self._removed(slot_id, job_id) for slot_id, job_id in which]

    async def _removed(self, slot_id: SlotId, job_id: JobId) -> Removed:
        try:
            return await self.discard(slot_id, job_id)
        except StorageUnavailable as error:
            return error

    @abstractmethod
    async def size_of(self, slot_id: SlotId, job_id: JobId) -> int:
        """Return how many bytes `discard` would remove.

        Raises:
            StorageUnavailable: If the store cannot be read.
        """

    @abstractmethod
    async def lost(self, jobs: Sequence[Job]) -> Collection[JobId]:
        """Return those of *jobs*, which have results, whose picture is not there.

        Raises:
            StorageUnavailable: If it looks as if a whole slot's pictures were away, or the store
                cannot be read: then nobody knows.
        """

    @abstractmethod
    def kept_before(self, moment: datetime) -> AsyncIterator[Stored]:
        """Yield the jobs for which something has been stored and not touched since *moment*.

        Raises:
            StorageUnavailable: If the store cannot be listed.
        """
