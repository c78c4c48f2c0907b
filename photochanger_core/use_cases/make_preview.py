"""Make a small picture of a stored one, and keep it."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import ResultNotFound, StorageFull, StorageUnavailable
from photochanger_core.domain.job import Job
from photochanger_core.domain.picture import BadPicture
from photochanger_core.ports.media_store import MediaStorePort

from .draw_picture import DrawPicture


@frozen(kw_only=True)
class MakePreview:
    """Make a small picture of a stored one, and keep it."""

    media: MediaStorePort
    draw_picture: DrawPicture

    async def __call__(self, job: Job) -> Blob:
        """Return the preview of a done job's result, to be closed.

        Raises:
            ResultNotFound: If there is no such file, or none can be made of it.
            QueueBusy: If too many others are waiting for previews.
            StorageFull, StorageUnavailable: If there is no place for it, or no reading.
        """
        preview = await self._drawn(job)
        try:
            await self.media.keep_preview(job.slot_id, job.job_id, preview)
        except (StorageFull, StorageUnavailable):
            return preview  # it is made again next time
        except BaseException:
            await preview.close()
            raise
        return preview

    async def _drawn(self, job: Job) -> Blob:
        assert job.result is not None  # noqa: S101 - it is done
        picture = await self.media.open(job.slot_id, job.job_id, job.result)
        try:
            return await self.draw_picture.preview(picture)
        except BadPicture as bad:
            raise ResultNotFound(f"no preview can be made: {bad}") from bad
        finally:
            await picture.close()
