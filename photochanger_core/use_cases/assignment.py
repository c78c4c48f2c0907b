"""What one run works on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from attrs import define, field

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.errors import CoreError, SyncTimeout
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.picture import PictureFacts
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import OnFailure, Slot

from .timing import Timing


@define
class Caller:
    """Somebody who waits for a job.

    Attributes:
        waits: Whether there is still somebody to be given anything.
        has_left: Whether that one went away without an answer.
        original: The photo as providers get it, where the slot gives it in place of a picture;
            closed by the caller.
    """

    waits: bool = True
    has_left: bool = False
    original: Blob | None = None

    async def close(self) -> None:
        """Let go of what was given."""
        self.waits = False
        if self.original is not None:
            await self.original.close()


@define(kw_only=True)
class Assignment:
    """What one run works on, and how far it has come.

    Attributes:
        photo: Of the guest, later as providers get it; closed by the run.
        facts: What the photo was as it came, once that is known.
        dedupe: As `JobRepoPort.admit` wants it.
        began: When the run began, on the monotonic clock.
        templates: Of the slot, once they are opened; closed by the run.
        admitted: Whether the job is known to be stored.
        callers: Those who wait for the job in this process; the first one began it.
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
    callers: list[Caller]
    facts: PictureFacts | None = field(default=None, init=False)
    templates: Sequence[Blob] = field(default=(), init=False)
    admitted: bool = field(default=False, init=False)
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

    @property
    def is_deserted(self) -> bool:
        """Whether all who waited here went away."""
        return all(caller.has_left for caller in self.callers)

    @property
    def has_turn(self) -> bool:
        """Whether its turn is known to have come with its admission: nobody has to be asked."""
        is_new, ahead = self.job.status is JobStatus.PENDING, self.job.ahead
        return is_new and ahead is not None and ahead < self.settings.provider_concurrency

    def join(self, caller: Caller) -> None:
        """Let *caller* wait, too."""
        self.callers.append(caller)
        self._give_original(caller)

    def is_prepared(self, photo: Blob, facts: PictureFacts) -> Blob:
        """Take *photo*, as providers get it, and return the one as it came, to be closed."""
        before, self.photo, self.facts = self.photo, photo, facts
        for caller in self.callers:
            self._give_original(caller)
        return before

    async def close(self) -> None:
        """Let go of the pictures."""
        for blob in (self.photo, *self.templates):
            await blob.close()

    def _give_original(self, caller: Caller) -> None:
        may_have_it = self.slot.on_failure is OnFailure.ORIGINAL and self.facts is not None
        if may_have_it and caller.waits and caller.original is None:
            caller.original = self.photo.again()

    def is_degraded_by(self, error: CoreError) -> bool:
        """Whether somebody is given the guest's own photo in place of *error*.

        In place of a timeout it is given even if nobody has looked at it in time.
        """
        waiting = [caller for caller in self.callers if not caller.has_left]
        can_be_given = isinstance(error, SyncTimeout) or any(one.original for one in waiting)
        return bool(waiting) and can_be_given and self.gives_original(error)

    def gives_original(self, error: CoreError) -> bool:
        """Whether the guest's own photo is given in place of *error*."""
        return self.job.source is JobSource.INGEST and self.slot.gives_original(error)

    def seconds_left(self, monotonic: float) -> float:
        """Return the seconds from *monotonic* to the deadline, at least 0."""
        return max(0.0, self.deadline.moment - monotonic)
