from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.gemini.reply import COUNTS
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import Problem, wrong
from photochanger_core.domain.stats import ENDED, TOKEN_COUNTS, Outcome, Series, Tally
from photochanger_core.domain.window import Window

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICK = timedelta.resolution
MINUTES = st.integers(5, 4320)
MOMENTS = st.integers(0, 10**12).map(lambda n: NOON + n * TICK)


def test_without_jobs_there_are_no_rates() -> None:
    assert (Tally().jobs, Tally().success_rate, Tally().timeout_rate) == (0, None, None)


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.CANCELLED, Outcome.UI_TEST])
def test_jobs_that_nobody_waited_for_to_the_end_change_no_rate(outcome: Outcome) -> None:
    tally = Tally(counts={Outcome.DONE: 3, Outcome.TIMEOUT: 1, outcome: 4})

    assert (tally.success_rate, tally.timeout_rate) == (0.75, 0.25)


@given(counts=st.dictionaries(st.sampled_from(Outcome), st.integers(1, 9)))
def test_every_job_of_a_booth_is_in_one_figure(counts: Mapping[Outcome, int]) -> None:
    tally = Tally(counts=counts)

    assert tally.jobs == sum(tally[one] for one in Outcome if one is not Outcome.UI_TEST)
    assert (tally.success_rate is None) is not any(tally[one] for one in ENDED)


@pytest.mark.parametrize("minutes", [4, 4321, 0, -5, 10**9])
def test_windows_have_their_bounds(minutes: int) -> None:
    with pytest.raises(ValidationFailed) as caught:
        Window.of(minutes, NOON)

    problem = wrong(Problem.NUMBER_OUT_OF_RANGE, least=5, most=4320)
    assert caught.value.problems == (problem.at("window_minutes"),)


@given(minutes=MINUTES, until=MOMENTS)
def test_the_stretches_of_a_window_are_few_and_leave_no_instant_out(
    minutes: int, until: datetime
) -> None:
    window = Window.of(minutes, until)
    stretches = list(window.stretches())

    assert len(stretches) <= 74
    assert stretches[0] <= window.since < stretches[0] + window.step
    assert stretches[-1] <= until < stretches[-1] + window.step
    assert {b - a for a, b in pairwise(stretches)} <= {window.step}


@given(minutes=MINUTES, until=MOMENTS, share=st.floats(0, 1))
def test_what_is_in_a_window_is_in_one_of_its_stretches(
    minutes: int, until: datetime, share: float
) -> None:
    window = Window.of(minutes, until)
    start = window.stretch(window.since + share * (window.until - window.since))

    assert start in set(window.stretches())
    assert window.stretch(start) == start == window.stretch(start + window.step - TICK)


def test_a_series_has_a_tally_for_stretches_without_jobs_too() -> None:
    window, tally = Window.of(5, NOON), Tally(counts={Outcome.DONE: 1})
    points = Series(tally=tally, stretches={NOON - timedelta(minutes=2): tally}).over(window)

    assert [one.jobs for _, one in points] == [0, 0, 0, 1, 0, 0]
    assert [start for start, _ in points] == list(window.stretches())


def test_all_that_gemini_counts_is_added_up() -> None:
    assert set(COUNTS) <= set(TOKEN_COUNTS)
