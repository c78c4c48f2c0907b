"""Pictures of time: everything is inside, in its order, and can be seen."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from photochanger_web.pages.waterfall import Scale

MOMENTS: Final = st.floats(0, 1_000_000)
SCALES: Final = st.lists(MOMENTS, min_size=1).map(lambda moments: Scale.over(*moments))
ANYWHERE: Final = st.floats(-1e9, 1e9)


@given(SCALES, ANYWHERE, ANYWHERE)
def test_every_bar_is_inside_and_can_be_seen(scale: Scale, one: float, other: float) -> None:
    bar = scale.bar(min(one, other), max(one, other))

    assert bar.width > 0.5
    assert bar.left >= 0
    assert round(bar.left + bar.width, 3) <= 100


@given(SCALES, MOMENTS, MOMENTS)
def test_what_is_later_is_further_to_the_right(scale: Scale, one: float, other: float) -> None:
    first, second = sorted((one, other))

    assert 0 <= scale.at(first) <= scale.at(second) <= 100
    assert scale.bar(first, first).left <= scale.bar(second, second).left


@given(st.lists(MOMENTS, min_size=1))
def test_all_that_it_was_made_for_is_on_it(moments: list[float]) -> None:
    scale = Scale.over(*moments)

    assert scale.seconds >= max(moments)
    assert scale.at(max(moments)) <= 100
    assert scale.at(0) == 0


@given(SCALES)
@example(Scale(0.1))
@example(Scale(48.0))
@example(Scale(60.0))
def test_marks_are_few_and_even(scale: Scale) -> None:
    ticks = scale.ticks
    steps = {round(after.seconds - before.seconds, 3) for before, after in pairwise(ticks)}

    assert ticks[0].seconds == 0
    assert 2 <= len(ticks) <= 7
    assert len(steps) == 1
    assert all(tick.left == scale.at(tick.seconds) for tick in ticks)


def test_marks_are_round_numbers() -> None:
    assert [tick.seconds for tick in Scale(48.0).ticks] == [0, 10, 20, 30, 40]
    assert [tick.seconds for tick in Scale(0.5).ticks] == [0, 0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_bar_is_where_it_was() -> None:
    bar = Scale(40.0).bar(10, 30)

    assert (bar.left, bar.width) == (25, 50)
