"""Make previews before somebody asks for them."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from photochanger_core.domain.errors import ResultNotFound
from photochanger_core.domain.job import Job
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.images import ImagesPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.runs import RunsPort

from .make_preview import MakePreview

PATIENCE: Final = 5.0
"""Seconds that a preview waits for a lull."""

TOO_LATE: Final = 10.0
"""Seconds after which it is left to whoever asks: previews of a rush must not pile up, and a server
that leaves waits for those that are waiting.
"""

_ALONE: Final = "previews"


@frozen(kw_only=True)
class PreviewAhead:
    """Make previews before somebody asks for them, one at a time, between the photos of guests.

    Nobody waits for these. Even a process that gives way takes caches and half a core from the
    photo that somebody does wait for, so they are made when no picture is being looked at.
    """

    media: MediaStorePort
    images: ImagesPort
    runs: RunsPort
    clock: ClockPort
    make_preview: MakePreview

    async def __call__(self, job: Job) -> None:
        """Make the preview of a done job's result, unless it is there. Raises as `MakePreview`."""
        began = self.clock.monotonic()
        async with self.runs.alone(_ALONE):
            await self.images.lull(until=began + PATIENCE)
            if self.clock.monotonic() < began + TOO_LATE and not await self._is_there(job):
                await (await self.make_preview(job)).close()

    async def _is_there(self, job: Job) -> bool:
        try:
            preview = await self.media.open_preview(job.slot_id, job.job_id)
        except ResultNotFound:
            return False
        await preview.close()
        return True
