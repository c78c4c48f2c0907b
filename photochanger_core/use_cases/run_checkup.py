"""Look at many things at once, so that trouble with one hides no other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure
from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import CoreError
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.runs import RunsPort

Examine = Callable[[], Awaitable[Sequence[Finding]]]
"""Looks at one thing and tells what it has seen, trouble that it expects included."""


@frozen(kw_only=True)
class RunCheckup:
    """Look at many things at once, so that trouble with one hides no other."""

    clock: ClockPort
    runs: RunsPort

    async def __call__(
        self, examinations: Mapping[str, Examine], *, seconds: float
    ) -> Sequence[Finding]:
        """Return what *examinations* find, in their order, within *seconds*.

        One that is not over by then, or fails, is a finding itself: whatever it raises, the others
        are told.

        Args:
            examinations: By what they look at.
            seconds: They may take, all at the same time.
        """
        works = {
            f"checkup of {about}": partial(self._findings, about, examine, seconds)
            for about, examine in examinations.items()
        }
        until = self.clock.monotonic() + seconds + _GRACE
        found = await self.runs.shared(works, until=until)
        told = (
            found.get(work, _silence(about, seconds))
            for work, about in zip(works, examinations, strict=True)
        )
        return [finding for findings in told for finding in findings]

    async def _findings(self, about: str, examine: Examine, seconds: float) -> Sequence[Finding]:
        try:
            async with self.clock.until(self.clock.monotonic() + seconds):
                return await examine()
        except DeadlinePassed:
            return _silence(about, seconds)
        except CoreError as error:
            return [failure(about, Sign.TROUBLE, why=error.detail or error.reason)]
        except Exception as bug:  # its text may hold anything, so it is not told
            return [failure(about, Sign.BUG, why=type(bug).__name__)]


_GRACE = 0.5
"""Seconds for those that are cancelled to come to an end."""


def _silence(about: str, seconds: float) -> Sequence[Finding]:
    return [failure(about, Sign.NO_ANSWER, seconds=seconds)]
