from __future__ import annotations

from datetime import UTC, datetime, timedelta

from photochanger_core.domain.deadline import GRACE, Deadline

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_deadline_is_told_by_both_clocks() -> None:
    deadline = Deadline.after(48, monotonic=1000.5, now=NOON)
    assert deadline.moment == 1048.5
    assert deadline.at == NOON + timedelta(seconds=48)


def test_the_grace_leaves_time_to_answer() -> None:
    assert 0 < GRACE < 0.25
