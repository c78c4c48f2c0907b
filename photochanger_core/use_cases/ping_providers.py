"""Ask providers how they are, and never more often than needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from attrs import define, field

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import CoreError, FailureReason
from photochanger_core.domain.route import Route
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.runs import RunsPort

PING_SECONDS: Final = 5.0
"""After which a ping is given up. Whoever asked has left long before."""

REMEMBER_SECONDS: Final = 60.0
"""For which a provider that gave no answer is not asked again."""

_NO_ANSWER: Final = frozenset(
    {FailureReason.TIMEOUT, FailureReason.NETWORK, FailureReason.BAD_RESPONSE}
)
"""What nobody else remembers: answers are kept by the provider's driver."""


@define(kw_only=True)
class PingProviders:
    """Ask providers how they are, and never more often than needed.

    However many callers ask, one ping of a name is under way, and nobody's leaving ends it.
    """

    providers: Mapping[str, ProviderPort]
    clock: ClockPort
    runs: RunsPort
    _silent: dict[str, tuple[FailureReason, float]] = field(factory=dict, init=False)

    async def __call__(
        self, routes: Mapping[str, Route], *, until: float
    ) -> Mapping[str, FailureReason | None]:
        """Return, by name, why a route takes no orders; None: it does.

        Args:
            routes: By what speed and faults belong to. All are asked at the same time.
            until: The moment, on the monotonic clock, from which on those count as `timeout`
                that have not answered yet.
        """
        known = self._remembered()
        works = {
            _work(name): partial(self._ping, name, route)
            for name, route in routes.items()
            if name not in known
        }
        said = await self.runs.shared(works, until=until)
        return {
            name: known.get(name, said.get(_work(name), FailureReason.TIMEOUT)) for name in routes
        }

    def _remembered(self) -> Mapping[str, FailureReason]:
        now = self.clock.monotonic()
        self._silent = {name: kept for name, kept in self._silent.items() if now < kept[1]}
        return {name: reason for name, (reason, _) in self._silent.items()}

    async def _ping(self, name: str, route: Route) -> FailureReason | None:
        reason = await self._said(route)
        if reason in _NO_ANSWER:
            self._silent[name] = reason, self.clock.monotonic() + REMEMBER_SECONDS
        return reason

    async def _said(self, route: Route) -> FailureReason | None:
        provider = self.providers.get(route.provider)
        if provider is None:
            return FailureReason.MISCONFIGURED
        try:
            async with self.clock.until(self.clock.monotonic() + PING_SECONDS):
                await provider.ping(route.settings, seconds=PING_SECONDS)
        except CoreError as failure:
            return failure.reason
        except DeadlinePassed:
            return FailureReason.TIMEOUT
        return None


def _work(name: str) -> str:
    return f"ping of {name}"
