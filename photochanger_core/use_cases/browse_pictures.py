"""Let administrators look through guests' pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.checks import Check, check_fields, known_slot, whole
from photochanger_core.domain.errors import JobNotFound, ResultExpired, ResultNotFound
from photochanger_core.domain.ids import SlotId, job_id
from photochanger_core.domain.job import Job
from photochanger_core.domain.place import Place, place_name
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

MOST_PICTURES: Final = 100
"""Pictures on a page at most."""


@frozen(kw_only=True)
class PicturePage:
    """Some pictures, the youngest first, as they were *at* a moment.

    Attributes:
        slots: All there are, in the order of their ids, whatever is shown of them.
        usual: How many pictures a gallery shows.
        next_before: Where the next page begins; None: there is none.
    """

    jobs: Sequence[Job]
    slots: Mapping[SlotId, Slot]
    usual: int
    next_before: Place | None
    at: datetime


@frozen(kw_only=True)
class PictureView:
    """A picture, as it was *at* a moment."""

    job: Job
    slot: Slot
    at: datetime


@frozen(kw_only=True)
class BrowsePictures:
    """Let administrators look through guests' pictures, of all slots or of one.

    That takes as many questions, however many slots there are.
    """

    slots: SlotRepoPort
    settings: SettingsRepoPort
    results: ResultRepoPort
    jobs: JobRepoPort
    clock: ClockPort

    async def __call__(self, wanted: Mapping[str, Any]) -> PicturePage:
        """Return the pictures that are *wanted*, a page of them.

        Those of galleries that are off are among them.

        Args:
            wanted: `slot_id`, if only those of one slot are; `limit`, 1 to 100, by default as many
                as a gallery shows; `before`, where an earlier page ended.

        Raises:
            ValidationFailed: Naming every field that is unknown or wrong.
            QueueUnavailable: If they cannot be read.
        """
        check_fields(wanted, _CHECKS)
        slots = {slot.slot_id: slot for slot in await self.slots.all()}
        usual = (await self.settings.read()).gallery_limit
        limit, now = wanted.get("limit", usual), self.clock.now()
        among = [wanted["slot_id"]] if "slot_id" in wanted else slots
        before = Place.named(wanted.get("before"))
        found = await self.results.latest(among, now, limit + 1, before=before)
        return PicturePage(
            jobs=found[:limit],
            slots=slots,
            usual=usual,
            next_before=_place(found[limit - 1]) if len(found) > limit else None,
            at=now,
        )

    async def one(self, text: str) -> PictureView:
        """Return the picture of the job with the id *text*.

        Raises:
            ResultNotFound: If there is no such job, or it has no picture.
            ResultExpired: If its time is over, or it was removed.
            QueueUnavailable: If it cannot be read.
        """
        job, now = await self._job(text), self.clock.now()
        if job.result is None:
            raise ResultNotFound
        if job.result.is_gone(now):
            raise ResultExpired
        return PictureView(job=job, slot=await self.slots.get(job.slot_id), at=now)

    async def _job(self, text: str) -> Job:
        try:
            return await self.jobs.get(job_id(text))
        except JobNotFound as error:
            raise ResultNotFound from error


def _place(job: Job) -> Place:
    assert job.finished_at is not None  # noqa: S101 - it has a result
    return Place(moment=job.finished_at, job_id=job.job_id)


_CHECKS: Final[Mapping[str, Check]] = {
    "slot_id": known_slot,
    "limit": whole(1, MOST_PICTURES),
    "before": place_name,
}
