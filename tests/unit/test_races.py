"""Of those who change something at once, nobody is refused who has named no version."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from attrs import define

from photochanger_core.domain.errors import QueueUnavailable, VersionConflict
from photochanger_core.use_cases.races import PATIENCE, TRIES, OneByOne, check_version
from tests.memory_world import MemoryWorld


@define
class Contested:
    """Something that somebody else changes first, so many times."""

    others: int
    version: int = 1

    def change(self, seen: set[int] | None) -> Callable[[], Coroutine[Any, Any, int]]:
        async def change() -> int:
            check_version(self.version, seen)
            if self.others:
                self.others -= 1
                self.version += 1
                raise VersionConflict(self.version)
            return self.version

        return change


def one_by_one(world: MemoryWorld) -> OneByOne:
    return OneByOne(what="slots", runs=world.runs, clock=world.clock)


@pytest.mark.parametrize("others", [0, 1, TRIES - 1])
async def test_a_change_of_whatever_there_is_is_made_anew(world: MemoryWorld, others: int) -> None:
    assert await one_by_one(world)(Contested(others).change(None), None) == 1 + others


async def test_but_not_for_ever(world: MemoryWorld) -> None:
    contested = Contested(TRIES + 5)
    with pytest.raises(VersionConflict) as caught:
        await one_by_one(world)(contested.change(None), None)
    assert caught.value.details == {"version": 1 + TRIES}
    assert contested.others == 5
    assert await one_by_one(world)(Contested(0).change(None), None) == 1


@pytest.mark.parametrize("seen", [{1}, {1, 2}, {7}, set[int]()])
async def test_a_change_of_what_was_seen_is_made_once(world: MemoryWorld, seen: set[int]) -> None:
    contested = Contested(3)
    with pytest.raises(VersionConflict) as caught:
        await one_by_one(world)(contested.change(seen), seen)
    assert caught.value.details == {"version": contested.version}
    assert contested.version == (2 if 1 in seen else 1)


async def test_nobody_is_waited_for_without_end(world: MemoryWorld) -> None:
    stuck = asyncio.create_task(one_by_one(world)(asyncio.Event().wait, None))
    await asyncio.sleep(0)
    began = world.clock.monotonic()
    with pytest.raises(QueueUnavailable):
        await one_by_one(world)(Contested(0).change(None), None)
    assert world.clock.monotonic() - began == PATIENCE
    assert await one_by_one(world)(Contested(0).change({1}), {1}) == 1

    stuck.cancel()
    assert await one_by_one(world)(Contested(0).change(None), None) == 1
