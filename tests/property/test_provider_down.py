"""A provider that is down half the time, and what a fallback makes of that.

`pytest -s` shows the counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import cycle
from random import Random
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.errors import reason_of
from tests.virtual_time import run

from .deeds import Deed
from .lone import Got, Lone

NIGHTS: Final = range(10)
GUESTS: Final = 250
"""A night."""
WINDOW: Final = 48
EVERY: Final = 6.0
"""Mean seconds between guests."""
FALLBACK: Final = {"provider": "second", "operation": "image_edit"}
LIMITS: Final = {"max_in_flight_jobs": 12, "slot_max_in_flight": 12}
_FAULTS: Final = ("5xx", "network", "network lost", "hangs")


@frozen
class Period:
    """A time in which a provider does the same: how it fails, or None."""

    until: float
    fault: str | None


class Weather:
    """A provider that is up and down in turns, 30 to 120 s each."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._periods = self._endless()
        self._now = next(self._periods)

    def at(self, moment: float) -> str | None:
        while moment >= self._now.until:
            self._now = next(self._periods)
        return self._now.fault

    def _endless(self) -> Iterator[Period]:
        until = 0.0
        for is_down in cycle([False, True]):
            until += self._random.uniform(30, 120)
            yield Period(until, self._random.choice(_FAULTS) if is_down else None)


class Night:
    """Guests who come one after the other, to a provider that is down half the time."""

    def __init__(self, seed: int, **options: Any) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._weather = Weather(Random(f"weather {seed}"))  # noqa: S311 - as above
        self._options = {"sync_response_seconds": WINDOW, "dedupe_seconds": 0, **options}

    async def over(self) -> list[Got]:
        """Return what every guest got."""
        lone = await Lone.opened(self._deed, LIMITS, **self._options)
        guests: list[asyncio.Task[Got]] = []
        async with lone.upkeep():
            for number in range(GUESTS):
                await asyncio.sleep(self._random.expovariate(1 / EVERY))
                guests.append(asyncio.create_task(lone.send(number, upload=1.0)))
            return await asyncio.gather(*guests)

    def _deed(self, provider: str, _: str) -> Deed:
        fault = self._weather.at(asyncio.get_running_loop().time())
        seconds = self._random.uniform(5, 12)
        if provider == "second" or fault is None:
            return Deed(seconds)
        if fault == "hangs":
            return Deed(300.0)
        return Deed(self._random.uniform(0.1, 3), fault)


def share_of_pictures(got: list[Got], title: str) -> float:
    """Return it, and print what became of all."""
    pictures = sum(each.is_picture for each in got)
    reasons = [reason_of(each.error) for each in got if each.error is not None]
    failures = {str(reason): reasons.count(reason) for reason in sorted(set(reasons))}
    counts = f"{pictures} of {len(got)} guests got a picture; {failures or 'no failures'}"
    print(f"\n{title}: {counts}")  # noqa: T201 - who asks with `-s` is to see it
    return pictures / len(got)


def test_with_a_fallback_nearly_everybody_gets_a_picture() -> None:
    got = [each for seed in NIGHTS for each in run(Night(seed, fallback=FALLBACK).over())]
    assert all(each.at - each.since <= WINDOW for each in got if each.is_picture)
    assert share_of_pictures(got, "with a fallback") >= 0.99


def test_without_a_fallback_it_is_what_it_is() -> None:
    got = [each for seed in NIGHTS[:4] for each in run(Night(seed).over())]
    assert len(got) == 4 * GUESTS
    share_of_pictures(got, "without a fallback")
