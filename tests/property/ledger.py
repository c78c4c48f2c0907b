"""What becomes of each job, written down as it is stored, and checked."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import OPEN, TRANSITIONS, Job, JobStatus


@define(kw_only=True)
class Life:
    """What has become of one job. Moments are on the monotonic clock.

    Attributes:
        moves: Every status it has had, oldest first.
        begun: When it was admitted.
        ended: When it was closed first.
        stopped: When it did not run any more.
        ended_in: The ledger's era in which it was closed first.
        start_is_forgotten: Whether the store shows it as pending, though it was not any more.
    """

    job: Job
    moves: list[JobStatus]
    begun: float
    ended: float | None = None
    stopped: float | None = None
    ended_in: int | None = None
    start_is_forgotten: bool = False

    def note(self, job: Job, *, at: float, era: int) -> None:
        """Write down how the job stands now: where it stood, or one legal move on."""
        if self.start_is_forgotten and job.status is JobStatus.PENDING:
            return
        if job.status is not self.moves[-1]:
            assert job.status in TRANSITIONS[self.moves[-1]], (self.moves, job.status)
            assert self.stopped is None, "it had ended for good"
            self.moves.append(job.status)
        if self.ended is None and not job.is_open:
            self.ended, self.ended_in = at, era
        if self.stopped is None and not job.is_running:
            self.stopped = at
        self.job = job
        self._check_marks()

    def _check_marks(self) -> None:
        job = self.job
        assert (job.result is not None) == (job.status is JobStatus.DONE)
        assert job.is_late == (job.result is not None and JobStatus.TIMEOUT in self.moves)
        if job.is_degraded:
            assert JobStatus.FAILED in self.moves or JobStatus.TIMEOUT in self.moves
            assert job.result is None or job.is_late


@define
class Ledger:
    """What has become of each job.

    Attributes:
        busy: How many photos there was no room for.
        era: Grows whenever something begins or ends that no forecast knows.
    """

    lives: dict[JobId, Life] = field(factory=dict, init=False)
    busy: int = field(default=0, init=False)
    era: int = field(default=0, init=False)

    def note(self, job: Job, *, at: float) -> None:
        """Write down how *job* stands at the moment *at*."""
        life = self.lives.setdefault(job.job_id, Life(job=job, moves=[JobStatus.PENDING], begun=at))
        life.note(job, at=at, era=self.era)

    @property
    def jobs(self) -> Sequence[Job]:
        """All jobs, as they stand now, in the order in which they began."""
        return [life.job for life in self.lives.values()]

    def of_photo(self, photo_sha256: str) -> Sequence[Life]:
        """Return what has become of the jobs for a photo."""
        return [life for life in self.lives.values() if life.job.photo_sha256 == photo_sha256]

    @property
    def open(self) -> Sequence[Job]:
        """The jobs that are not finished."""
        return [job for job in self.jobs if job.status in OPEN]

    @property
    def running(self) -> Sequence[Job]:
        """The jobs that run."""
        return [job for job in self.jobs if job.is_running]

    @property
    def done(self) -> dict[JobId, Job]:
        """The jobs that have a picture."""
        return {job.job_id: job for job in self.jobs if job.status is JobStatus.DONE}
