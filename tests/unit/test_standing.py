"""How a slot is doing, in one word."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from attrs import evolve

from photochanger_core.domain.first_slots import is_empty, slot_at_first
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.reports import SlotStats
from photochanger_core.domain.standing import Standing, standing
from photochanger_core.domain.stats import Outcome, SlotState, Tally
from tests.virtual_time import START

SLOT = slot_at_first(SLOT_IDS[0], at=START, by="test")
DONE, LATE, TIMEOUT = Outcome.DONE, Outcome.LATE, Outcome.TIMEOUT


def stats(active: int, counts: Mapping[Outcome, int], *, is_active: bool = True) -> SlotStats:
    return SlotStats(
        slot=evolve(SLOT, is_active=is_active),
        state=SlotState(active_jobs=active),
        tally=Tally(counts=counts),
    )


@pytest.mark.parametrize(
    "active, counts, expected",
    [
        (0, {}, Standing.ACTIVE),
        (0, {DONE: 9}, Standing.ACTIVE),
        (3, {DONE: 9}, Standing.BUSY),
        (4, {}, Standing.DELAYED),
        (0, {DONE: 9, TIMEOUT: 1}, Standing.DELAYED),
        (0, {DONE: 9, LATE: 1}, Standing.DELAYED),
        (1, {DONE: 10, LATE: 1}, Standing.BUSY),
        (1, {DONE: 1, TIMEOUT: 2}, Standing.FAILING),
        (0, {DONE: 1, Outcome.PROVIDER_ERROR: 1}, Standing.ACTIVE),
        (0, {Outcome.PROVIDER_ERROR: 1}, Standing.FAILING),
        (0, {Outcome.UI_TEST: 1, Outcome.CANCELLED: 3}, Standing.ACTIVE),
    ],
)
def test_it_goes_by_the_jobs_of_late(
    active: int, counts: Mapping[Outcome, int], expected: Standing
) -> None:
    assert standing(stats(active, counts), places=4, is_provider_down=False) is expected


def test_a_provider_that_nobody_asks_fails_the_slot() -> None:
    assert standing(stats(0, {DONE: 9}), places=4, is_provider_down=True) is Standing.FAILING


def test_what_is_off_is_off() -> None:
    off = stats(4, {TIMEOUT: 9}, is_active=False)
    assert standing(off, places=4, is_provider_down=True) is Standing.OFF


def test_empty_is_what_nobody_has_set_up() -> None:
    second = slot_at_first(SLOT_IDS[1], at=START, by="test")

    assert not is_empty(SLOT)
    assert is_empty(second)
    assert is_empty(evolve(second, version=7))
    assert not is_empty(evolve(second, display_name="Wedding"))
    assert not is_empty(evolve(second, settings={"prompt": "x"}))
    assert not is_empty(evolve(second, is_active=True))
