from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.login import LOCK_TIME, MAX_FAILURES, locked_until

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICK = timedelta.resolution
PAUSES = st.sampled_from([timedelta(0), TICK, LOCK_TIME / 20, LOCK_TIME - TICK, LOCK_TIME])


def test_ten_failures_lock_for_fifteen_minutes() -> None:
    nine, ten = [NOON] * (MAX_FAILURES - 1), [NOON] * MAX_FAILURES

    assert (10, timedelta(minutes=15)) == (MAX_FAILURES, LOCK_TIME)
    assert locked_until(nine, NOON) is None
    assert locked_until(ten, NOON) == NOON + LOCK_TIME
    assert locked_until(ten, NOON + LOCK_TIME - TICK) == NOON + LOCK_TIME
    assert locked_until(ten, NOON + LOCK_TIME) is None


@given(pauses=st.lists(PAUSES, max_size=60))
def test_whoever_tries_at_any_pace_has_ten_tries_a_lock_and_each_lock_is_a_whole_one(
    pauses: list[timedelta],
) -> None:
    now, failures = NOON, list[datetime]()
    for pause in pauses:
        now += pause
        until = locked_until(failures, now)
        if until is None:
            failures.append(now)
        else:
            assert until == failures[-1] + LOCK_TIME
    for first, tenth_more in zip(failures, failures[MAX_FAILURES:], strict=False):
        assert tenth_more - first >= LOCK_TIME
