"""Hundreds of random hours in the life of two servers."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from tests.virtual_time import run

from .forms import FLAWS, NAMES
from .sending import OUTCOMES, WINDOWS, Sending
from .service import OWNERS, Service
from .verdicts import check_always, check_ends

SLOTS = tuple(WINDOWS)


def random_sending(random: Random, number: int) -> Sending:
    return Sending(
        number=number,
        slot=random.choice(SLOTS),
        names=tuple(random.sample(NAMES, len(NAMES))),
        flaw=random.choice([None, None, None, *FLAWS]),
        pause=random.choice([0.0, 0.0, 0.5, 1.0, 3.0]),
        looking=random.choice([0.0, 0.5, 9.5]),
        asking=random.choice([0.0, 0.5, 3.0, 9.5, 35.0, 60.0]),
        outcome=random.choice(["changed"] * 6 + [*OUTCOMES]),
        leaves=random.choice([None, None, None, random.random() * 12]),
    )


async def booth(service: Service, random: Random, number: int) -> None:
    await asyncio.sleep(random.choice([0.0, 1.0, random.random() * 20]))
    service.send(random_sending(random, number), random.choice(OWNERS))
    check_always(service)


async def script(seed: int) -> None:
    random, service = Random(seed), Service()  # noqa: S311 - repeatable, not secret
    await service.open()
    await asyncio.gather(*[booth(service, random, number) for number in range(20)])
    await service.answered()
    check_always(service)
    await service.swept()
    check_always(service)
    await check_ends(service)
    await service.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("tens", range(30))
def test_whatever_twenty_booths_do(tens: int) -> None:
    for seed in range(tens * 10, tens * 10 + 10):
        run(script(seed))
