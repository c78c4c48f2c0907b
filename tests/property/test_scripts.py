"""Hundreds of random hours in the life of two servers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from random import Random

import pytest
from attrs import evolve

from tests.virtual_time import run

from .deeds import OUTCOMES, Deed
from .forms import FLAWS, NAMES
from .sending import RICH, WINDOWS, Sending
from .service import OWNERS, Service
from .verdicts import check_always, check_ends

SLOTS = tuple(WINDOWS)
ASKING = (0.0, 0.5, 3.0, 9.5, 35.0, 60.0)
OPTIONS: tuple[Mapping[str, object], ...] = (
    {"on_failure": "original"},
    {"late_result": "keep"},
    {"dedupe_seconds": 0},
    {"fallback": {"provider": "second", "operation": "image_edit"}},
    {"retry": {"after_ambiguous": True, "no_picture_pause_seconds": 0}},
)


def moment(random: Random, most: int) -> float:
    """Return seconds that add up without rounding, so that before and after are what they are."""
    return random.randrange(64 * most) / 64


def random_photo(random: Random, number: int) -> Sending:
    return Sending(
        number=number,
        slot=random.choice(SLOTS),
        flaw=random.choice([None, None, None, *FLAWS]),
        looking=random.choice([0.0, 0.5, 9.5]),
        asking=random.choice(ASKING),
        outcome=random.choice(["changed"] * 12 + [*OUTCOMES]),
        later=tuple(Deed(random.choice(ASKING), random.choice(OUTCOMES)) for _ in range(2)),
    )


def random_sending(random: Random, photo: Sending) -> Sending:
    return evolve(
        photo,
        slot=random.choice([photo.slot, photo.slot, *SLOTS]),
        names=tuple(random.sample(NAMES, len(NAMES))),
        pause=random.choice([0.0, 0.0, 0.5, 1.0, 3.0]),
        leaves=random.choice([None, None, None, moment(random, 12)]),
        key=random.choice([None, None, "a", "b"]),
    )


async def booth(service: Service, random: Random, photo: Sending) -> None:
    for _ in range(2):
        await asyncio.sleep(random.choice([0.0, 1.0, moment(random, 20)]))
        service.send(random_sending(random, photo), random.choice(OWNERS))
        check_always(service)


async def administrator(service: Service, random: Random) -> None:
    for _ in range(5):
        await service.change(random.choice([*RICH]), random.choice(OPTIONS))
        await asyncio.sleep(moment(random, 10))


async def script(seed: int) -> None:
    random, service = Random(seed), Service()  # noqa: S311 - repeatable, not secret
    await service.open()
    booths = [booth(service, random, random_photo(random, number)) for number in range(10)]
    await asyncio.gather(administrator(service, random), *booths)
    await service.answered()
    check_always(service)
    await service.swept()
    check_always(service)
    await check_ends(service)
    await service.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("tens", range(30))
def test_whatever_ten_booths_do(tens: int) -> None:
    for seed in range(tens * 10, tens * 10 + 10):
        run(script(seed))
