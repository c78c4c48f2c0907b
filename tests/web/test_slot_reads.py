"""What pages ask the store for does not grow with what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Final

import pytest
from attrs import Factory, define, field

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.slot import Slot
from tests.logins import give_account

from .running_site import Site, site_over
from .visitor import Visitor, visitor
from .world import FailingSlots, World

ME: Final = Actor(name="test")


@define
class CountedSlots(FailingSlots):
    """Slots in memory that count how often they are asked."""

    asked: Counter[str] = field(default=Factory(Counter), kw_only=True)

    async def get(self, slot_id: SlotId) -> Slot:
        self.asked["get"] += 1
        return await super().get(slot_id)

    async def all(self) -> Sequence[Slot]:
        self.asked["all"] += 1
        return await super().all()

    async def history(
        self, slot_id: SlotId, limit: int, *, before: int | None = None
    ) -> Sequence[Slot]:
        self.asked["history"] += 1
        return await super().history(slot_id, limit, before=before)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    world = World()
    world.slots = CountedSlots(world.media_rows, world.changes)
    async with site_over(world) as running:
        await give_account(world, "serg", scopes=list(Scope))
        yield running


async def asked(site: Site, who: Visitor, path: str) -> Counter[str]:
    assert isinstance(site.world.slots, CountedSlots)
    site.world.slots.asked.clear()
    assert (await who.get(path)).status == 200
    return Counter(site.world.slots.asked)


@pytest.mark.parametrize("path", ["/slots", "/slots/slot-001"])
async def test_neither_slots_nor_versions_make_pages_ask_more_often(site: Site, path: str) -> None:
    serg = visitor(site)
    await serg.log_in()
    before = await asked(site, serg, path)
    for number, slot in enumerate([*SLOT_IDS, SLOT_IDS[0], SLOT_IDS[0]]):
        changes = {"display_name": f"Name {number}", "settings": {"prompt": "x"}}
        await site.use_cases.configure_slot(slot, changes, settings={}, by=ME)

    assert before == await asked(site, serg, path)
    assert before.total() <= 3
