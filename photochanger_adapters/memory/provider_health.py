"""How providers have been doing lately, as one server remembers it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from statistics import median
from typing import Final

from attrs import Factory, define, field

from photochanger_core.domain.errors import FailureReason
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider_health import Circuit, ProviderHealthPort

_REMEMBERED: Final = 50
_RECENT_SECONDS: Final = 900.0
_DOWN_AFTER: Final = 5
_PROBE_EVERY: Final = 15.0
_ITS_OWN: Final = frozenset(
    {
        FailureReason.TIMEOUT,
        FailureReason.PROVIDER_5XX,
        FailureReason.NETWORK,
        FailureReason.QUOTA,
    }
)
_ITS_ANSWER: Final = frozenset(
    {FailureReason.BAD_RESPONSE, FailureReason.REFUSED, FailureReason.MISCONFIGURED, None}
)
"""What shows that it is there. Other failures, as when a guest leaves, show nothing."""


def _last() -> deque[tuple[float, float]]:
    return deque(maxlen=_REMEMBERED)


@define
class _Record:
    """What is remembered of one route."""

    took: deque[tuple[float, float]] = Factory(_last)
    failures: int = 0
    failed_at: float = 0.0
    ask_again_at: float = 0.0


@define
class MemoryProviderHealth(ProviderHealthPort):
    """How providers have been doing lately, as this server has seen it since it started."""

    _clock: ClockPort
    _routes: dict[str, _Record] = field(factory=dict, init=False)
    _jobs: dict[str, deque[float]] = field(factory=dict, init=False)
    _quotas: dict[str, Mapping[str, int]] = field(factory=dict, init=False)

    def tried(self, route: str, seconds: float, failure: FailureReason | None) -> None:
        record = self._routes.setdefault(route, _Record())
        now = self._clock.monotonic()
        if failure in _ITS_OWN:
            record.failures += 1
            record.failed_at = now
            record.ask_again_at = now + _PROBE_EVERY
        elif failure in _ITS_ANSWER:
            record.failures = 0
        if failure in (None, FailureReason.TIMEOUT):
            record.took.append((now, seconds))

    def job_took(self, provider: str, seconds: float) -> None:
        self._jobs.setdefault(provider, deque(maxlen=_REMEMBERED)).append(seconds)

    def quota_told(self, provider: str, left: Mapping[str, int]) -> None:
        self._quotas[provider] = left

    def quick_seconds(self, route: str) -> float | None:
        record = self._routes.get(route, _Record())
        since = self._clock.monotonic() - _RECENT_SECONDS
        took = sorted(seconds for at, seconds in record.took if at >= since)
        return took[(len(took) - 1) // 4] if took else None

    def job_seconds(self, provider: str) -> float | None:
        took = self._jobs.get(provider)
        return median(took) if took else None

    def is_down(self, route: str) -> bool:
        record = self._routes.get(route)
        if record is None or record.failures < _DOWN_AFTER:
            return False
        now = self._clock.monotonic()
        if now < record.ask_again_at:
            return True
        record.ask_again_at = now + _PROBE_EVERY
        return False

    def circuit(self, route: str) -> Circuit:
        record = self._routes.get(route, _Record())
        is_recent = self._clock.monotonic() - record.failed_at <= _RECENT_SECONDS
        return Circuit(
            is_open=record.failures >= _DOWN_AFTER and is_recent,
            failures_in_a_row=record.failures,
        )

    def quota_left(self, provider: str) -> Mapping[str, int]:
        return self._quotas.get(provider, {})
