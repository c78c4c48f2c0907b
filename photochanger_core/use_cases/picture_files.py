"""Where the pictures lie that rows promise, of whatever kind they are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterable
from contextlib import aclosing
from datetime import datetime
from typing import Final

from attrs import frozen

from photochanger_core.domain.archive import Promised, StoredResult
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import JobNotFound, MediaNotFound, ResultNotFound
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.object_store import ObjectStorePort

_ENOUGH: Final = 500
"""Files of nobody that are found before one of ours is: rows come before files, and stay."""


@frozen(kw_only=True)
class PictureFiles:
    """Where the pictures lie that rows promise, of whatever kind they are.

    Raises QueueUnavailable and StorageUnavailable as its ports do.
    """

    jobs: JobRepoPort
    media: MediaStorePort
    media_rows: MediaRepoPort
    media_objects: ObjectStorePort

    async def open(self, promised: Promised) -> Blob | None:
        """Return the picture; None: there is no such file."""
        try:
            if isinstance(promised, StoredResult):
                return await self.media.open(promised.slot_id, promised.job_id, promised.result)
            return await self.media_objects.open(promised)
        except (ResultNotFound, MediaNotFound):
            return None

    async def keep(self, promised: Promised, chunks: AsyncIterator[bytes]) -> str:
        """Store the picture that *chunks* are durably, where `open` finds it.

        Returns:
            Its checksum.

        Raises:
            StorageFull: If there is no room.
        """
        spool = self.media.spool()
        try:
            async for chunk in chunks:
                await spool.write(chunk)
            picture = await spool.finish(_media_type(promised))
            if isinstance(promised, StoredResult):
                await self.media.keep(promised.slot_id, promised.job_id, picture)
            else:
                await self.media_objects.keep(promised, picture)
            return picture.sha256
        finally:
            await spool.close()

    async def any_kept(self, now: datetime) -> bool:
        """Whether there is any file."""
        async for _ in self.media.kept_before(now):
            return True
        for use in MediaUse:
            async for _ in self.media_objects.kept_before(use, now):
                return True
        return False

    async def are_strange(self, now: datetime) -> bool:
        """Whether there are files, and no row has ever promised any: only some are asked for."""
        number = 0
        async with aclosing(self._are_known(now)) as found:
            async for is_known in found:
                number += 1
                if is_known or number == _ENOUGH:
                    return not is_known
        return number > 0

    async def _are_known(self, now: datetime) -> AsyncGenerator[bool]:
        """Yield of each file whether there is, or was, something that it belongs to."""
        async for _, job_id in self.media.kept_before(now):
            yield await _is_there(self.jobs.get(job_id))
        for use in MediaUse:
            async for media_id in self.media_objects.kept_before(use, now):
                yield await _is_there(self.media_rows.get(media_id))

    async def keep_only(self, these: Iterable[Promised], now: datetime) -> None:
        """Remove the files of all pictures but *these*."""
        kept = {one.job_id if isinstance(one, StoredResult) else one.media_id for one in these}
        async for slot_id, job_id in self.media.kept_before(now):
            if job_id not in kept:
                await self.media.discard(slot_id, job_id)
        for use in MediaUse:
            async for media_id in self.media_objects.kept_before(use, now):
                if media_id not in kept:
                    await self.media_objects.discard(use, media_id)

    async def discard(self, promised: Promised) -> None:
        """Remove the picture."""
        if isinstance(promised, StoredResult):
            await self.media.discard(promised.slot_id, promised.job_id)
        else:
            await self.media_objects.discard(promised.use, promised.media_id)

    async def is_promised(self, promised: Promised) -> bool:
        """Whether there is a row, now, that promises the picture."""
        try:
            if isinstance(promised, StoredResult):
                result = (await self.jobs.get(promised.job_id)).result
                return result is not None and result.cleaned_at is None
            return (await self.media_rows.get(promised.media_id)).cleaned_at is None
        except (JobNotFound, MediaNotFound):
            return False


async def _is_there(row: Awaitable[object]) -> bool:
    try:
        await row
    except (JobNotFound, MediaNotFound):
        return False
    return True


def _media_type(promised: Promised) -> MediaType:
    return promised.result.media_type if isinstance(promised, StoredResult) else promised.media_type
