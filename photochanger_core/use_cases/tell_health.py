"""Tell how the service is, however many ask."""

from __future__ import annotations

from typing import Final

from attrs import define, field

from photochanger_core.domain.errors import FailureReason
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.runs import RunsPort

from .check_health import CheckHealth, Health

FRESH_SECONDS: Final = 2.0
"""For which a look is believed: whoever balances load asks that often, from several places."""

_PATIENCE: Final = 4.0
"""More than a look takes at its longest."""


@define(kw_only=True)
class TellHealth:
    """Tell how the service is, by a look at it that is two seconds old at most.

    However many ask, there is one look at a time, and nobody's leaving ends it.
    """

    check_health: CheckHealth
    runs: RunsPort
    clock: ClockPort
    _known: Health | None = field(default=None, init=False)
    _known_at: float = field(default=0.0, init=False)

    async def __call__(self) -> Health:
        """Return it; a look that does not end counts as a failure by itself."""
        now = self.clock.monotonic()
        if self._known is not None and now - self._known_at < FRESH_SECONDS:
            return self._known
        looks = await self.runs.shared({"health": self._look}, until=now + _PATIENCE)
        return looks.get("health") or Health(parts={"health": FailureReason.TIMEOUT})

    async def _look(self) -> Health:
        self._known = await self.check_health()
        self._known_at = self.clock.monotonic()
        return self._known
