"""Two servers save several slots at the same time: all that one of them saves is there, or none."""

from __future__ import annotations

import asyncio

from attrs import evolve

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_core.domain.errors import VersionConflict

ROUNDS = 5
WRITERS = 4


async def test_of_several_writers_one_saves_all_its_slots(dsn: str) -> None:
    async with Gateway(dsn=dsn) as first, Gateway(dsn=dsn) as second:
        repos = [PgSlotRepo(gateway) for gateway in (first, second)]
        for _ in range(ROUNDS):
            slots = await repos[0].all()
            # Each starts elsewhere: whoever locked slot by slot would wait in a circle.
            tries = [
                repos[n % 2].save(
                    *(
                        evolve(slot, display_name=f"writer {n}", version=slot.version + 1)
                        for slot in (*slots[n:], *slots[:n])
                    )
                )
                for n in range(WRITERS)
            ]
            outcomes = await asyncio.gather(*tries, return_exceptions=True)

            stored = await repos[1].all()
            [winner] = [n for n, outcome in enumerate(outcomes) if outcome is None]
            losers = [type(outcome) for outcome in outcomes if outcome is not None]
            assert losers == [VersionConflict] * (WRITERS - 1)
            assert {slot.display_name for slot in stored} == {f"writer {winner}"}
            assert [slot.version for slot in stored] == [slot.version + 1 for slot in slots]
