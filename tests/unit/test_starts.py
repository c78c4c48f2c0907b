"""From when on somebody wants jobs to be counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.starts import ALL_COUNTED, Starts
from photochanger_core.domain.stats import SlotState
from photochanger_core.domain.window import Window

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST, SECOND, *_ = SLOT_IDS
MOMENTS = st.integers(0, 600).map(lambda n: NOON + n * MINUTE)
STARTS = st.builds(
    Starts,
    everything=st.none() | MOMENTS,
    slots=st.dictionaries(st.sampled_from(SLOT_IDS), MOMENTS, max_size=3),
)


@given(starts=STARTS, slot=st.none() | st.sampled_from(SLOT_IDS))
def test_what_is_reset_now_is_counted_from_now_on(starts: Starts, slot: SlotId | None) -> None:
    now = NOON + 601 * MINUTE
    after = starts.reset(slot, now)

    assert after.of(slot) == now
    for other in {*SLOT_IDS} - {slot}:
        assert after.of(other) == (now if slot is None else starts.of(other))


@given(starts=STARTS, slot=st.sampled_from(SLOT_IDS))
def test_what_is_reset_of_a_slot_changes_nothing_of_everything(
    starts: Starts, slot: SlotId
) -> None:
    after = starts.reset(slot, NOON)

    assert after.of(None) == starts.of(None)
    assert after.undone(slot) == starts.undone(slot)
    assert after.undone(slot).of(slot) == starts.everything


@given(starts=STARTS)
def test_all_is_undone_at_once(starts: Starts) -> None:
    assert starts.undone(None) == ALL_COUNTED


@given(start=MOMENTS)
def test_a_window_begins_where_it_is_told_to_or_later(start: datetime) -> None:
    window = Window.of(60, NOON + 300 * MINUTE, start)

    assert window.since == max(window.begin, start)
    assert window.begin == NOON + 240 * MINUTE
    stretches = list(window.stretches())
    assert bool(stretches) is (window.since <= window.until)
    assert all(window.since < one + window.step for one in stretches)


@pytest.mark.parametrize(
    "start, has_success, has_error",
    [(None, True, True), (0, True, True), (1, True, False), (2, True, False), (3, False, False)],
)
def test_what_ended_before_is_not_told(
    start: int | None, has_success: bool, has_error: bool
) -> None:
    state = SlotState(
        active_jobs=1,
        last_success_at=NOON + 2 * MINUTE,
        last_error_reason=FailureReason.QUOTA,
        last_error_at=NOON,
    )
    told = state.counted_from(None if start is None else NOON + start * MINUTE)

    assert told == evolve(
        state,
        last_success_at=state.last_success_at if has_success else None,
        last_error_reason=FailureReason.QUOTA if has_error else None,
        last_error_at=NOON if has_error else None,
    )
