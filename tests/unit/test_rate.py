"""Token buckets: who may do something, and when."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.rate import MAX_BUCKETS, Buckets, Rate

RATES = st.builds(
    Rate,
    per_second=st.sampled_from([1 / 900, 0.1, 1 / 3, 1, 2.5, 7, 50]),
    burst=st.integers(1, 12),
)
BEGINNINGS = st.floats(0, 1e8)
PAUSES = st.lists(st.floats(0, 30) | st.just(0.0), max_size=60)
ROUNDING = 1e-5
"""Seconds that clocks which run for years may be off."""


def granted(buckets: Buckets, rate: Rate, moments: list[float]) -> list[float]:
    """Ask at all *moments*, take whenever one may; return when that was."""
    taken = []
    for moment in moments:
        if buckets.wait("key", rate, moment) == 0:
            buckets.take("key", rate, moment)
            taken.append(moment)
    return taken


def moments_of(began: float, pauses: list[float]) -> list[float]:
    moments = [began]
    for pause in pauses:
        moments.append(moments[-1] + pause)
    return moments


@given(RATES, BEGINNINGS, PAUSES)
def test_no_interval_has_more_than_the_burst_and_what_came_meanwhile(
    rate: Rate, began: float, pauses: list[float]
) -> None:
    taken = granted(Buckets(), rate, moments_of(began, pauses))

    for first, start in enumerate(taken):
        for last, end in enumerate(taken[first:], first):
            allowed = rate.burst + rate.per_second * (end - start + ROUNDING)
            assert last - first + 1 <= allowed


@given(RATES, BEGINNINGS, PAUSES)
def test_after_the_wait_one_may_and_a_moment_earlier_one_may_not(
    rate: Rate, began: float, pauses: list[float]
) -> None:
    buckets = Buckets()
    for moment in moments_of(began, pauses):
        wait = buckets.wait("key", rate, moment)
        assert wait >= 0
        assert buckets.wait("key", rate, moment + wait) == 0
        if wait > ROUNDING:
            assert buckets.wait("key", rate, moment + wait - ROUNDING) > 0
        else:
            buckets.take("key", rate, moment)


@given(RATES, BEGINNINGS)
def test_at_first_and_after_a_long_rest_the_burst_is_there(rate: Rate, began: float) -> None:
    buckets = Buckets()
    rest = (rate.burst + 1) / rate.per_second

    for now in (began, began + rest):
        assert len(granted(buckets, rate, [now] * 30)) == rate.burst


@given(RATES, BEGINNINGS)
def test_whoever_waits_as_told_is_served_at_the_rate(rate: Rate, began: float) -> None:
    buckets, now = Buckets(), began
    for _ in range(rate.burst + 20):
        now += buckets.wait("key", rate, now)
        buckets.take("key", rate, now)

    assert now - began == pytest.approx(20 / rate.per_second, abs=20 * ROUNDING)


@given(RATES, st.integers(0, 50), st.integers(0, 50))
def test_what_is_taken_beyond_the_bucket_is_owed_up_to_a_debt(
    rate: Rate, beyond: int, debt: int
) -> None:
    buckets, rate = Buckets(), evolve(rate, debt=debt)
    for _ in range(rate.burst + beyond):
        buckets.take("key", rate, 0.0)

    owed = min(beyond, debt)
    assert buckets.wait("key", rate, 0.0) == pytest.approx((owed + 1) / rate.per_second)


def test_asking_takes_nothing_and_keys_do_not_mix() -> None:
    buckets, rate = Buckets(), Rate(per_second=1, burst=1)
    assert [buckets.wait("one", rate, 5.0) for _ in range(9)] == [0] * 9

    buckets.take("one", rate, 5.0)

    assert buckets.wait("one", rate, 5.0) == 1
    assert buckets.wait("other", rate, 5.0) == 0


def test_a_changed_rate_holds_at_once() -> None:
    buckets, slow = Buckets(), Rate(per_second=0.5, burst=1)
    buckets.take("key", slow, 0.0)

    assert buckets.wait("key", slow, 0.0) == 2
    assert buckets.wait("key", Rate(per_second=0.5, burst=2), 0.0) == 0


def test_only_so_many_are_kept_and_the_one_not_used_for_longest_goes() -> None:
    buckets, rate = Buckets(), Rate(per_second=0.001, burst=1)
    for number in range(MAX_BUCKETS):
        buckets.take(number, rate, 0.0)
    buckets.take(0, rate, 1.0)
    assert buckets.wait(1, rate, 1.0) > 0

    for number in range(MAX_BUCKETS, 2 * MAX_BUCKETS - 1):
        buckets.take(number, rate, 1.0)

    assert len(buckets._full_at) == MAX_BUCKETS
    assert buckets.wait(0, rate, 1.0) > 0
    assert [buckets.wait(number, rate, 1.0) for number in range(1, 9)] == [0] * 8
