"""A photo that is to be processed, and what that has led to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import define, field, frozen

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.errors import CoreError, FailureReason, SyncTimeout
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot

from .assignment import Assignment, Caller
from .timing import Timing


@frozen(kw_only=True)
class PhotoRequest:
    """A photo, and what applies to it.

    Attributes:
        photo: Closed by whoever processes the request.
        dedupe: How long the same photo leads to the same job; None: it never does, whatever the
            idempotency key.
    """

    photo: Blob
    slot: Slot
    settings: Settings
    source: JobSource
    deadline: Deadline
    dedupe: timedelta | None
    idempotency_key: str | None = field(default=None, repr=False)
    correlation_id: str | None = None
    metadata: Mapping[str, str] = field(factory=dict, repr=False)
    timing: Timing

    @property
    def arrived_at(self) -> datetime:
        """When its sync window began."""
        return self.deadline.at - timedelta(seconds=self.settings.window(self.slot))


@frozen(kw_only=True)
class Processed:
    """What a photo has led to.

    Attributes:
        job: The job that was done for it; of a degraded answer the one that failed.
        content: The picture, or the guest's own photo; to be closed.
        degraded: Why it is the guest's own photo; None: it is the picture.
        is_joined: Whether the job was under way when the photo came.
        is_replay: Whether the job was done before the photo came.
        timing: What the time was spent on.
    """

    job: Job
    content: Blob
    degraded: FailureReason | None = None
    is_joined: bool = False
    is_replay: bool = False
    timing: Timing


@define
class Visit:
    """A request, and how far it has come.

    Attributes:
        work: What was begun for it last.
        joined: The job of somebody else that it waits for.
    """

    request: PhotoRequest
    dedupe: timedelta | None
    caller: Caller = field(factory=Caller)
    work: Assignment | None = None
    joined: Job | None = None

    @property
    def job(self) -> Job | None:
        """The job that the caller waits for, if it is known to be there."""
        if self.joined is not None:
            return self.joined
        return self.work.job if self.work is not None and self.work.admitted else None

    def original_for(self, error: CoreError) -> Blob | None:
        """Return what the caller is given in place of *error*, if anything.

        A photo that nobody has looked at in time is given as it came.
        """
        if self.work is None or not self.work.gives_original(error):
            return None
        as_it_came = self.request.photo if isinstance(error, SyncTimeout) else None
        return self.caller.original or as_it_came

    async def close(self) -> None:
        """Let go of everything."""
        await self.caller.close()
        await self.request.photo.close()
