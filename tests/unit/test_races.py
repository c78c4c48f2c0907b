"""Of those who change something at once, nobody is refused who has named no version."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from attrs import define

from photochanger_core.domain.errors import VersionConflict
from photochanger_core.use_cases.races import TRIES, check_version, to_the_newest


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


@pytest.mark.parametrize("others", [0, 1, TRIES - 1])
async def test_a_change_of_whatever_there_is_is_made_anew(others: int) -> None:
    assert await to_the_newest(Contested(others).change(None), None) == 1 + others


async def test_but_not_for_ever() -> None:
    contested = Contested(TRIES + 5)
    with pytest.raises(VersionConflict) as caught:
        await to_the_newest(contested.change(None), None)
    assert caught.value.details == {"version": 1 + TRIES}
    assert contested.others == 5


@pytest.mark.parametrize("seen", [{1}, {1, 2}, {7}, set[int]()])
async def test_a_change_of_what_was_seen_is_made_once(seen: set[int]) -> None:
    contested = Contested(3)
    with pytest.raises(VersionConflict) as caught:
        await to_the_newest(contested.change(seen), seen)
    assert caught.value.details == {"version": contested.version}
    assert contested.version == (2 if 1 in seen else 1)
