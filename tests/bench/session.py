"""What cells share: the provider, the photos, and the sending of them."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from attrs import asdict, define, field, frozen

from .client import Plan, Told
from .gateways import Gateway, Starts
from .manners import MANNERS, PROVIDER
from .running import asked
from .slots import PLAIN

_OK: Final = "200"


class CellFailed(Exception):
    """What was measured is not what was meant."""


@frozen(kw_only=True)
class Provider:
    """The provider's simulator, running."""

    port: int

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def counts(self) -> tuple[int, int]:
        """Return how many photos it has got, and how many were there at once since last asked."""
        with urlopen(f"{self.url}/count", timeout=60) as answer:  # noqa: S310 - our own
            told = json.load(answer)
        return told["photos"], told["at_once"]


@define(kw_only=True)
class Session:
    """One measurement.

    Attributes:
        photos: Files, by the names of `photos.KINDS`.
        picture_bytes: Of the provider's picture.
        is_quick: Whether a first impression is enough.
        statuses: How often each server gave each status.
        reached: How many photos of each server have reached the provider.
        failures: What was measured in vain, and why.
    """

    folder: Path
    provider: Provider
    photos: Mapping[str, Path]
    answer: Path
    is_quick: bool
    statuses: dict[str, Counter[str]] = field(factory=dict)
    reached: Counter[str] = field(factory=Counter)
    failures: list[str] = field(factory=list)
    _next: int = 0

    def some(self, many: int, few: int) -> int:
        """Return *many*, or *few* if it has to be quick."""
        return few if self.is_quick else many

    def send(
        self, gateway: Gateway, photo: str, slot: str, *, is_same: bool = True, **plan: Any
    ) -> Told:
        """Have a client carry out a plan.

        Args:
            gateway: Whom photos are sent to.
            photo: Which.
            slot: To which slot.
            is_same: Whether the provider's picture must come out as it went in.
            plan: The rest of a `Plan`.

        Raises:
            CellFailed: If there was no answer at all, a photo did not reach the provider, or
                another picture came.
        """
        before, _ = self.provider.counts()
        told = carried_out(self._plan(gateway.port, gateway.manner, photo, slot, plan))
        now, told.at_once = self.provider.counts()
        reached = now - before
        self.reached[gateway.name] += reached
        self.statuses.setdefault(gateway.name, Counter()).update(told.statuses)
        if not told.times:
            raise CellFailed(f"no picture came: {dict(told.statuses)}")
        if reached < len(told.times):
            raise CellFailed(f"{len(told.times)} pictures, but the provider was asked {reached} ×")
        if is_same and not self._are_whole(gateway, told):
            raise CellFailed(f"answers of {dict(told.lengths)} bytes are not the provider's")
        return told

    def send_to_provider(self, photo: str, **plan: Any) -> Told:
        """Have a client send a photo past every gateway."""
        return carried_out(self._plan(self.provider.port, PROVIDER, photo, PLAIN, plan))

    def _are_whole(self, gateway: Gateway, told: Told) -> bool:
        picture, manner = self.answer.stat().st_size, MANNERS[gateway.manner]
        return all(manner.is_whole(int(length), picture) for length in told.lengths)

    def _plan(self, port: int, manner: str, photo: str, slot: str, rest: Mapping[str, Any]) -> Plan:
        plan = Plan(
            port=port,
            manner=manner,
            slot=slot,
            photo=str(self.photos[photo]),
            first=self._next,
            **rest,
        )
        self._next += plan.most
        return plan


def carried_out(plan: Plan) -> Told:
    """Have a client in a process of its own carry out *plan*."""
    fields = json.loads(asked("-m", "tests.bench.client", given=json.dumps(asdict(plan))))
    fields |= {name: Counter(fields[name]) for name in ("statuses", "lengths")}
    return Told(**fields)


@frozen(kw_only=True)
class Measured:
    """A server under measurement: how it is started, and the one that runs all the time."""

    starts: Starts
    gateway: Gateway


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)
