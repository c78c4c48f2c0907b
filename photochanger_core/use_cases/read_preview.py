"""Hand out a small picture of a stored one."""

from __future__ import annotations

from attrs import evolve, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import ResultExpired, ResultNotFound
from photochanger_core.domain.job import Job
from photochanger_core.ports.media_store import MediaStorePort

from .make_preview import MakePreview
from .read_result import ReadResult, StoredPicture


@frozen(kw_only=True)
class ReadPreview:
    """Hand out a small picture of a stored one; it is made then if it is not there."""

    media: MediaStorePort
    read_result: ReadResult
    make_preview: MakePreview

    async def __call__(self, text: str) -> StoredPicture:
        """Return the preview of the result of the job *text*.

        Raises:
            QueueBusy: If too many others are waiting for previews.
            CoreError: Whatever `ReadResult` raises.
        """
        stored = await self.read_result(text)
        await stored.content.close()
        try:
            return evolve(stored, content=await self._preview(stored.job))
        except ResultNotFound as error:
            if await self.read_result.is_gone(stored.job):
                raise ResultExpired from error
            raise

    async def _preview(self, job: Job) -> Blob:
        try:
            return await self.media.open_preview(job.slot_id, job.job_id)
        except ResultNotFound:
            return await self.make_preview(job)
