"""Work that outlives the caller that began it, or is done by one caller at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job

T = TypeVar("T")


class RunsPort(Protocol):
    """The jobs that run in this process: tasks of the server, not of a request."""

    @abstractmethod
    def begin(self, job_id: JobId, work: Callable[[], Coroutine[Any, Any, Job]]) -> None:
        """Start *work*; it goes on whatever becomes of the caller. One work a job."""

    @abstractmethod
    def aside(self, chore: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start *chore*, short and of no job; it goes on whatever becomes of the caller."""

    @abstractmethod
    async def shared(
        self, works: Mapping[str, Callable[[], Coroutine[Any, Any, T]]], *, until: float
    ) -> Mapping[str, T]:
        """Return what comes of *works* by the moment *until* on the monotonic clock.

        All are started at the same time, but for those of a name that is under way already, for
        whomever: there is one work a name. They go on whatever becomes of the callers; what is
        not over by then is missing in what is returned.

        Raises:
            Exception: Whatever one of them raised.
        """

    @abstractmethod
    async def ended(self, job_id: JobId) -> Job:
        """Wait for the work of a live job and return the closed job.

        Giving up waiting leaves the work running.

        Raises:
            JobCancelled: If the work was cancelled, or is not live.
            CoreError: Whatever else the work raised.
        """

    @abstractmethod
    def cancel(self, job_id: JobId) -> None:
        """Cancel the work of a job; do nothing if it is not live."""

    @abstractmethod
    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """Wait until nobody else is inside under that *name*, in the order of coming.

        Whoever gives up waiting loses nothing but the place; names are few and known beforehand.
        """

    @abstractmethod
    async def idle(self) -> None:
        """Wait until no work and no chore is under way here; what is shared does not count."""

    @abstractmethod
    def live(self) -> frozenset[JobId]:
        """Return the jobs whose work is under way here."""
