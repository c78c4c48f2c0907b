"""Tell whether the service can do its work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import CoreError, FailureReason
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.health import HealthPort

_SECONDS_EACH: Final = 0.9


@frozen(kw_only=True)
class Health:
    """How each part is, by name: None if it works, else why it does not."""

    parts: Mapping[str, FailureReason | None]

    @property
    def is_good(self) -> bool:
        """Whether every part works."""
        return not any(self.parts.values())


@frozen(kw_only=True)
class CheckHealth:
    """Tell whether the service can do its work; a part that does not answer counts as failed."""

    parts: Sequence[HealthPort]
    clock: ClockPort

    async def __call__(self) -> Health:
        """Return the health of every part, at most a second each."""
        return Health(parts={part.name: await self._check(part) for part in self.parts})

    async def _check(self, part: HealthPort) -> FailureReason | None:
        try:
            async with self.clock.until(self.clock.monotonic() + _SECONDS_EACH):
                await part.check()
        except CoreError as error:
            return error.reason
        except DeadlinePassed:
            return FailureReason.TIMEOUT
        return None
