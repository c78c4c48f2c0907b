"""A provider that was slow for a while, and is quick again."""

from __future__ import annotations

import asyncio

import pytest

from tests.virtual_time import run

from .deeds import Deed
from .lone import Got, Lone

WINDOW = 40
FALLBACK = {"provider": "second", "operation": "image_edit"}


class Evening:
    """Guests who come one after the other; the first provider takes *seconds* at present."""

    def __init__(self) -> None:
        self.seconds = 5.0

    def deed(self, provider: str, _: str) -> Deed:
        return Deed(5.0 if provider == "second" else self.seconds)


async def guests(lone: Lone, numbers: range) -> list[Got]:
    got = []
    for number in numbers:
        got.append(await lone.send(number))
        await asyncio.sleep(10)
    return got


@pytest.mark.parametrize("slow", [25.0, 39.0, 60.0, 300.0])
@pytest.mark.parametrize("fallback", [None, FALLBACK])
def test_it_is_used_again(fallback: dict[str, str] | None, slow: float) -> None:
    async def story() -> None:
        evening = Evening()
        options = {"sync_response_seconds": WINDOW, "fallback": fallback}
        lone = await Lone.opened(evening.deed, {}, **options)
        async with lone.upkeep():
            await guests(lone, range(10))
            evening.seconds = slow
            await guests(lone, range(10, 40))
            evening.seconds = 5.0
            await guests(lone, range(40, 43))
            asked = len(lone.book.asked)
            got = await guests(lone, range(43, 53))
        assert all(each.is_picture for each in got)
        assert [each.provider for each in lone.book.asked[asked:]] == ["first"] * 10

    run(story())


def test_one_that_has_only_ever_been_slow_is_asked_all_the_same() -> None:
    """Its pictures have come just before the deadline: half a window is always worth a try."""

    async def story() -> None:
        evening = Evening()
        evening.seconds = WINDOW - 2.0
        lone = await Lone.opened(evening.deed, {}, sync_response_seconds=WINDOW)
        async with lone.upkeep():
            assert all(each.is_picture for each in await guests(lone, range(5)))
            evening.seconds = 15.0
            got = [await lone.send(number, upload=10.0) for number in range(5, 8)]
        assert all(each.is_picture for each in got)

    run(story())
