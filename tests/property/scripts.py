"""Random scripts: what providers do, how a slot is set, and who comes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from photochanger_core.domain.errors import FailureReason
from tests.strategies import FALLBACKS, POLICIES

from .deeds import GOOD, OUTCOMES, Deed
from .lone import Got, Lone
from .sending import Sending


@frozen(kw_only=True)
class Guest:
    """A guest who comes, sends photo *number* and waits."""

    number: int
    comes: float
    upload: float


@frozen(kw_only=True)
class Script:
    """What providers do, one order after the other, and how the slot is set.

    Attributes:
        known: Seconds that good answers have taken, or None for each failure, by provider.
    """

    window: int
    deeds: Mapping[str, Sequence[Deed]]
    known: Mapping[str, Sequence[float | None]]
    looking: float
    places: int
    guests: Sequence[Guest]
    options: Mapping[str, Any]


def sixteenths(most: int) -> st.SearchStrategy[float]:
    """Return seconds that add up without rounding, so that before and after are what they are."""
    return st.integers(0, 16 * most).map(lambda number: number / 16)


SECONDS = st.sampled_from([0.0, 0.5, 3.0, 8.0, 20.0, 100.0]) | sixteenths(130)
SOON = st.sampled_from([0.0, 0.0, 1.0]) | sixteenths(12)
DEEDS = st.lists(
    st.builds(Deed, SECONDS, st.sampled_from(sorted(GOOD)) | st.sampled_from(OUTCOMES)),
    min_size=1,
    max_size=6,
)
KNOWN = st.lists(sixteenths(60), max_size=3) | st.just([None] * 5)
SCRIPT = st.builds(
    Script,
    window=st.integers(10, 60),
    deeds=st.fixed_dictionaries({"first": DEEDS, "second": DEEDS}),
    known=st.fixed_dictionaries({"first": KNOWN, "second": KNOWN}),
    looking=SOON,
    places=st.integers(1, 3),
    guests=st.lists(
        st.builds(Guest, number=st.integers(1, 3), comes=SOON, upload=SOON), min_size=1, max_size=4
    ),
    options=st.fixed_dictionaries(
        {
            "on_failure": st.sampled_from(["error", "original"]),
            "late_result": st.sampled_from(["drop", "keep"]),
            "retry": POLICIES,
            "fallback": st.none() | FALLBACKS,
        }
    ),
)


class Play:
    """A script being played."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.left = {name: list(deeds) for name, deeds in script.deeds.items()}

    def deed(self, provider: str, _: str) -> Deed:
        deeds = self.left[provider]
        return deeds.pop(0) if len(deeds) > 1 else deeds[0]

    async def played(self) -> tuple[Lone, list[Got]]:
        limits = {"provider_concurrency": self.script.places}
        options = {"sync_response_seconds": self.script.window, **self.script.options}
        lone = await Lone.opened(self.deed, limits, **options)
        self._remember(lone)
        async with lone.upkeep():
            got = await asyncio.gather(*[self._guest(lone, guest) for guest in self.script.guests])
            await lone.world.runs.idle()
        return lone, got

    def _remember(self, lone: Lone) -> None:
        for name, known in self.script.known.items():
            for seconds in known:
                failure = FailureReason.NETWORK if seconds is None else None
                lone.world.health.tried(name, seconds or 0.0, failure)

    async def _guest(self, lone: Lone, guest: Guest) -> Got:
        sending = Sending(number=guest.number, slot=lone.slot.slot_id)
        lone.images.seconds[sending.photo_sha256] = self.script.looking
        await asyncio.sleep(guest.comes)
        upload = min(guest.upload, self.script.window - 0.5)
        return await lone.send(guest.number, upload=upload)
