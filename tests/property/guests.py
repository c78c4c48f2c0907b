"""The guests, who come for their pictures again and again, and a plain dict of what they get."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final

import pytest
from attrs import define, field

from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    JobNotFound,
    StorageUnavailable,
)
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from tests.cleaning import removed

from .service import Service
from .set_up import TTL

NEVER_SENT: Final = JobId("00000000-0000-4000-8000-ffffffffffff")


@define(eq=False)
class Guests:
    """The guests, who come for their pictures again and again.

    Attributes:
        pictures: By job: the checksum of what they must get, and the last instant at which they
            must.
        gone: Jobs whose picture is known to be removed: it never comes back.
        torn: Those that were removed by somebody who was killed before that was known.
    """

    service: Service
    pictures: dict[JobId, tuple[str, datetime]] = field(factory=dict, init=False)
    gone: set[JobId] = field(factory=set, init=False)
    torn: set[JobId] = field(factory=set, init=False)

    def note_pictures(self) -> None:
        """Write down which pictures there are now."""
        for job in self.service.ledger.done.values():
            assert job.result is not None
            self.pictures[job.job_id] = job.result.sha256, job.result.expires_at

    @property
    def served(self) -> set[JobId]:
        """The jobs whose picture must be served now."""
        return {
            job_id
            for job_id, (_, expires_at) in self.pictures.items()
            if job_id not in self.gone | self.torn and self.service.now <= expires_at
        }

    @property
    def can_remove(self) -> bool:
        """Whether the media store lets anything be removed."""
        return not isinstance(self.service.world.media.failing, StorageUnavailable)

    def any_job(self, which: int) -> JobId:
        """Return one of the jobs there are, or one that never was."""
        jobs = [NEVER_SENT, *self._jobs]
        return jobs[which % len(jobs)]

    async def read_result(self, job_id: JobId) -> None:
        """Come for a picture, and check what is served."""
        was_there = job_id in self.pictures
        got = await self._read(job_id)
        self.note_pictures()
        if job_id in self.pictures and not was_there:
            return  # it was done that very moment
        if job_id in self.served and self.can_remove:
            assert got == self.pictures[job_id][0]
        else:
            assert got is self._refusal(job_id)
        if got is FailureReason.RESULT_EXPIRED and self.can_remove:
            self._note_gone({job_id})

    async def read_job(self, job_id: JobId) -> None:
        """Ask how a job stands, and check the answer."""
        known = self._jobs.get(job_id)
        is_visible = known is not None and self.service.now <= known.started_at + TTL
        if not is_visible:
            with pytest.raises(JobNotFound):
                await self.service.use.read_job(job_id)
        else:
            job = await self.service.use.read_job(job_id)
            assert job.status in self.service.ledger.lives[job_id].moves

    async def clean_up(self) -> None:
        """Clean up twice, and check how much was removed."""
        clean_up, due = self.service.use.clean_up, self._due
        lost = self.torn - due
        done = await removed(clean_up)
        assert done.get(Leftover.EXPIRED_RESULTS, 0) == len(due)
        assert done.get(Leftover.LOST_RESULTS, 0) == len(lost)
        assert await removed(clean_up) == {}
        self._note_gone(due | lost)

    async def clean_up_killed(self, trips: int) -> None:
        """Begin to clean up, and check that nothing has gone whose time was not over."""
        await self.service.clean_up_killed(trips)
        self.note_pictures()
        marked = {job_id for job_id in self.pictures if self._is_marked(job_id)} - self.gone
        missing = self.pictures.keys() - await self.service.kept() - self.gone - marked
        assert (marked | missing) - self.torn <= self._due
        self._note_gone(marked)
        self.torn |= missing

    @property
    def _due(self) -> set[JobId]:
        """The jobs whose picture is past its time and not known to be removed."""
        return {
            job_id
            for job_id, (_, expires_at) in self.pictures.items()
            if job_id not in self.gone and expires_at < self.service.now
        }

    def _is_marked(self, job_id: JobId) -> bool:
        result = self.service.world.jobs.jobs[job_id].result
        return result is not None and result.cleaned_at is not None

    def _note_gone(self, job_ids: set[JobId]) -> None:
        self.gone |= job_ids
        self.torn -= job_ids

    async def _read(self, job_id: JobId) -> str | FailureReason:
        try:
            picture = await self.service.use.read_result(job_id)
        except CoreError as error:
            return error.reason
        content = b"".join([chunk async for chunk in picture.content.chunks()])
        await picture.content.close()
        return sha256(content).hexdigest()

    def _refusal(self, job_id: JobId) -> FailureReason:
        """Return why no picture is served."""
        if job_id not in self.pictures:
            return FailureReason.RESULT_NOT_FOUND
        if job_id in self.torn - self._due:
            return FailureReason.RESULT_NOT_FOUND
        if job_id not in self.served:
            return FailureReason.RESULT_EXPIRED
        return FailureReason.STORAGE_UNAVAILABLE

    @property
    def _jobs(self) -> dict[JobId, Job]:
        return {job.job_id: job for job in self.service.ledger.jobs}
