"""Charts as geometry: axes that are honest, lines that stop where there is nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_web.pages.charts import HIGH, WIDE, Axis, Bar, Dot, bars, line, points, scale

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHARES = st.floats(0, 1)
DOTS = st.lists(st.tuples(SHARES, st.none() | SHARES), max_size=80)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?")
MARKS = st.floats(1e-3, 1e9)


def close(a: float, b: float) -> bool:
    return abs(a - b) <= 0.011


@given(most=MARKS)
def test_an_axis_begins_at_nothing_and_has_room_for_all(most: float) -> None:
    marks = scale(most)

    assert marks[0] == 0
    assert 2 <= len(marks) <= 5
    assert marks[-1] >= most * (1 - 1e-9)
    assert marks[-2] < most
    step = marks[1]
    assert all(b - a == pytest.approx(step) for a, b in pairwise(marks))
    assert f"{step:e}"[0] in "125"
    assert float(f"{step:.0e}") == pytest.approx(step)


@given(most=st.integers(0, 10**9))
def test_what_is_counted_has_whole_marks(most: int) -> None:
    marks = scale(most, least_step=1)

    assert all(mark == int(mark) for mark in marks)
    assert marks[-1] >= max(most, 1)


def test_the_marks_of_an_axis() -> None:
    assert scale(0) == [0, 1]
    assert scale(3, least_step=1) == [0, 1, 2, 3]
    assert scale(0.3) == [0, 0.1, 0.2, 0.3]
    assert scale(7.2) == [0, 2, 4, 6, 8]
    assert scale(48) == [0, 20, 40, 60]
    assert scale(100) == [0, 50, 100]


@given(
    minutes=st.integers(5, 4320),
    begin=st.integers(0, 10**10).map(lambda n: NOON + n * timedelta.resolution),
    offset=st.integers(-48, 56).map(lambda quarters: quarters * timedelta(minutes=15)),
)
def test_moments_are_whole_on_the_clock_of_whoever_looks(
    minutes: int, begin: datetime, offset: timedelta
) -> None:
    axis = Axis(begin=begin, end=begin + timedelta(minutes=minutes))
    marks = axis.marks(offset)

    assert 2 <= len(marks) <= 6
    assert all(axis.begin <= mark <= axis.end for mark in marks)
    [step] = {b - a for a, b in pairwise(marks)}
    assert marks[0] - step < axis.begin
    assert axis.end < marks[-1] + step
    for mark in marks:
        local = mark + offset
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        assert (local - midnight) % step == timedelta(0) or step % timedelta(days=1) == timedelta(0)


@given(minutes=st.integers(1, 4320), later=st.integers(-99, 9999))
def test_moments_keep_their_order_on_an_axis(minutes: int, later: int) -> None:
    axis = Axis(begin=NOON, end=NOON + timedelta(minutes=minutes))
    moment = NOON + timedelta(minutes=later)

    assert 0 <= axis.share(moment) <= axis.share(moment + timedelta(minutes=1)) <= 1
    assert (axis.share(axis.begin), axis.share(axis.end)) == (0, 1)


@given(dots=DOTS)
def test_a_line_goes_through_all_there_is_and_stops_where_there_is_nothing(dots: list[Dot]) -> None:
    path = line(dots)
    runs = [list(run) for there, run in groupby(dots, lambda dot: dot[1] is not None) if there]

    assert path.count("M") == len(runs)
    numbers = [float(one) for one in NUMBER.findall(path)]
    places = [
        (WIDE * across, HIGH * (1 - up)) for run in runs for across, up in run if up is not None
    ]
    assert len(numbers) == 2 * len(places)
    for x, y, (across, down) in zip(numbers[::2], numbers[1::2], places, strict=True):
        assert close(x, across)
        assert close(y, down)
    assert points(dots).count("h0") == len(places)


@given(standing=st.lists(st.tuples(SHARES, SHARES, SHARES), max_size=80))
def test_bars_stand_on_the_bottom(standing: list[Bar]) -> None:
    path = bars(standing)

    assert path.count("Z") == sum(up > 0 for _, _, up in standing)
    assert all(0 <= float(one) <= WIDE for one in NUMBER.findall(path))
    assert path.count(f" {HIGH}V") == path.count("Z") == path.count(f"V{HIGH}Z")


def test_paths() -> None:
    assert line([(0, 0), (0.5, 1), (0.6, None), (1, 0.25)]) == "M0 100L500 0M1000 75"
    assert points([(0, 0), (0.6, None), (1, 0.25)]) == "M0 100h0M1000 75h0"
    assert bars([(0, 0.1, 0.5), (0.1, 0.2, 0)]) == "M0 100V50H100V100Z"
    assert line([]) == points([(0.5, None)]) == bars([]) == ""
