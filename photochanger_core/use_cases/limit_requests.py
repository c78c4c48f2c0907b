"""Keep one address from asking too fast."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from attrs import define, field

from photochanger_core.domain.errors import QueueUnavailable, RateLimited
from photochanger_core.domain.rate import Buckets, Rate
from photochanger_core.domain.settings import Settings
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.settings_repo import SettingsRepoPort

_READ_EVERY: Final = 5.0
"""Seconds for which the settings are believed without asking: requests come faster."""


class RequestKind(StrEnum):
    """What is asked for; each kind is counted by itself."""

    INGEST = "ingest"
    PUBLIC = "public"
    ADMIN = "admin"


@define(kw_only=True)
class LimitRequests:
    """Keep one address from asking too fast. Each server counts by itself."""

    settings: SettingsRepoPort
    clock: ClockPort
    _buckets: Buckets = field(factory=Buckets, init=False)
    _rate: Rate = field(factory=lambda: Settings().rate, init=False)
    _read_at: float = field(default=-_READ_EVERY, init=False)

    async def __call__(self, kind: RequestKind, address: str) -> None:
        """Return if *address* may make a request of *kind*, and count it.

        Raises:
            RateLimited: If it has made too many.
        """
        now = self.clock.monotonic()
        if now - self._read_at >= _READ_EVERY:
            self._read_at = now
            await self._read()
        wait = self._buckets.wait((kind, address), self._rate, now)
        if wait > 0:
            raise RateLimited(retry_after=wait)
        self._buckets.take((kind, address), self._rate, now)

    async def _read(self) -> None:
        try:
            self._rate = (await self.settings.read()).rate
        except QueueUnavailable:
            return  # what was known last holds on
