"""Make a small picture of a stored one, and keep it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Final

from attrs import frozen

from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import (
    QueueBusy,
    ResultNotFound,
    StorageFull,
    StorageUnavailable,
)
from photochanger_core.domain.job import Job
from photochanger_core.domain.picture import BadPicture
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.runs import RunsPort

from .draw_picture import DrawPicture

_PATIENCE: Final = 15.0
"""Seconds that anybody waits: drawing gives up before, a disk may not."""


@frozen(kw_only=True)
class MakePreview:
    """Make a small picture of a stored one, and keep it.

    All phones that look at a gallery ask for the newest at the same moment: it is made once.
    """

    media: MediaStorePort
    draw_picture: DrawPicture
    runs: RunsPort
    clock: ClockPort

    async def __call__(self, job: Job) -> Blob:
        """Return the preview of a done job's result.

        Raises:
            ResultNotFound: If there is no such file, or none can be made of it.
            QueueBusy: If too many others are waiting for previews.
            StorageFull, StorageUnavailable: If there is no place for it, or no reading.
        """
        work = {f"preview of {job.job_id}": partial(self._made, job)}
        made = await self.runs.shared(work, until=self.clock.monotonic() + _PATIENCE)
        for preview in made.values():
            return preview
        raise QueueBusy("the preview takes too long")

    async def _made(self, job: Job) -> Blob:
        preview = await self._drawn(job)
        with suppress(StorageFull, StorageUnavailable):  # it is made again next time
            await self.media.keep_preview(job.slot_id, job.job_id, preview)
        return preview

    async def _drawn(self, job: Job) -> Blob:
        assert job.result is not None  # noqa: S101 - it is done
        picture = await self.media.open(job.slot_id, job.job_id, job.result)
        try:
            return await _in_memory(await self.draw_picture.preview(picture))
        except BadPicture as bad:
            raise ResultNotFound(f"no preview can be made: {bad}") from bad
        finally:
            await picture.close()


async def _in_memory(preview: Blob) -> Blob:
    """Return the same, for any number of readers: it is small."""
    try:
        content = b"".join([chunk async for chunk in preview.chunks()])
    finally:
        await preview.close()
    return BytesBlob(content, preview.media_type)
