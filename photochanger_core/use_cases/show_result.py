"""Show one picture to whoever has its link."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from photochanger_core.domain.job import Job, Result
from photochanger_core.ports.clock import ClockPort

from .read_result import ReadResult


@frozen(kw_only=True)
class ResultView:
    """A picture that is there, as it was *at* a moment."""

    job: Job
    result: Result
    at: datetime


@frozen(kw_only=True)
class ShowResult:
    """Show one picture to whoever has its link: what a page has to say of it."""

    read_result: ReadResult
    clock: ClockPort

    async def __call__(self, text: str) -> ResultView:
        """Return what is known of the picture of the job with the id *text*.

        Raises:
            CoreError: Whatever `ReadResult` raises.
        """
        stored = await self.read_result(text)
        await stored.content.close()
        return ResultView(job=stored.job, result=stored.result, at=self.clock.now())
