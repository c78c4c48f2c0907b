"""What one run works on."""

from __future__ import annotations

from datetime import timedelta

from attrs import define, field

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.domain.picture import PictureFacts
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot

from .timing import Timing


@define(kw_only=True)
class Assignment:
    """What one run works on, and how far it has come.

    Attributes:
        photo: Of the guest, later as providers get it; closed by the run.
        facts: What the photo was as it came, once that is known.
        dedupe: As `JobRepoPort.admit` wants it.
        began: When the run began, on the monotonic clock.
        admitted: Whether the job is known to be stored.
        waited_for: Whether the caller who began it still waits.
        has_left: Whether that caller went away without an answer.
        original: The photo as providers get it, for a caller who waits, and closes it.
        line: The provider in whose line the job waits.
    """

    job: Job
    slot: Slot
    settings: Settings
    photo: Blob
    deadline: Deadline
    dedupe: timedelta | None
    began: float
    timing: Timing
    facts: PictureFacts | None = field(default=None, init=False)
    admitted: bool = field(default=False, init=False)
    waited_for: bool = field(default=True, init=False)
    has_left: bool = field(default=False, init=False)
    original: Blob | None = field(default=None, init=False)
    line: str = field(init=False)

    @line.default
    def _first_line(self) -> str:
        return self.slot.provider

    @property
    def window(self) -> float:
        """Length of the sync window, in seconds."""
        return self.settings.window(self.slot)

    @property
    def end(self) -> float:
        """The moment at which the run ends at the latest, on the monotonic clock."""
        late = self.window if self.slot.keeps_late else 0.0
        return self.deadline.moment + late

    @property
    def has_timed_out(self) -> bool:
        """Whether the job was closed for its deadline and runs on."""
        return not self.job.is_open and self.job.is_running

    def gives_original(self, error: CoreError) -> bool:
        """Whether the caller is given the guest's own photo in place of *error*."""
        can_have_it = self.original is not None and not self.has_left
        is_ingest = self.job.source is JobSource.INGEST
        return can_have_it and is_ingest and self.slot.gives_original(error)

    def seconds_left(self, monotonic: float) -> float:
        """Return the seconds from *monotonic* to the deadline, at least 0."""
        return max(0.0, self.deadline.moment - monotonic)
