"""What a job's time went to: phases without a gap, whatever clocks did meanwhile."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Final

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import Job
from photochanger_core.use_cases.timing import Phase
from photochanger_web.pages.job_course import Course, course_of
from tests.contract.samples import NOON, attempt, done, job

SECONDS: Final = st.floats(-30, 90)
ATTEMPTS: Final = st.lists(
    st.builds(
        lambda number, after, seconds: attempt(
            number, started_at=NOON + timedelta(seconds=after), seconds=seconds
        ),
        st.integers(1, 5),
        SECONDS,
        st.floats(0, 60),
    ),
    max_size=4,
).map(tuple)


def _ended(
    after: float,
    deadline: float,
    arrived: float | None,
    attempts: tuple[object, ...],
    is_done: bool,
) -> Job:
    begun = job(
        1,
        arrived_at=None if arrived is None else NOON + timedelta(seconds=arrived),
        sync_deadline=NOON + timedelta(seconds=deadline),
        attempts=attempts,
    )
    if is_done:
        return done(begun, after=after)
    return begun.failed(FailureReason.TIMEOUT, at=NOON + timedelta(seconds=after))


ENDED: Final = st.builds(_ended, SECONDS, SECONDS, st.none() | SECONDS, ATTEMPTS, st.booleans())


def course(one: Job) -> Course:
    found = course_of(one)
    assert found is not None
    return found


@given(ENDED)
def test_phases_follow_each_other_without_a_gap(one: Job) -> None:
    told = course(one)
    spans = list(told.phases.values())

    assert list(told.phases) == [phase for phase in Phase if phase in told.phases]
    assert all(before.end == after.begin for before, after in pairwise(spans))
    assert all(span.seconds > 0 for span in spans)
    if spans:
        assert (spans[0].begin, spans[-1].end) == (0, told.end)


@given(ENDED)
def test_attempts_are_where_the_provider_was_asked(one: Job) -> None:
    told = course(one)

    assert len(told.attempts) == len(one.attempts)
    assert told.deadline >= 0
    for span in told.attempts:
        assert 0 <= span.begin <= span.end <= told.end
        if Phase.PROVIDER in told.phases:
            assert told.phases[Phase.PROVIDER].begin <= span.begin
            assert span.end <= told.phases[Phase.PROVIDER].end


def test_a_job_that_went_well() -> None:
    begun = job(1, arrived_at=NOON - timedelta(seconds=1))
    first = attempt(1, started_at=NOON + timedelta(seconds=0.5), seconds=2)
    told = course(done(begun.tried(first), after=3))

    assert {phase: (span.begin, span.end) for phase, span in told.phases.items()} == {
        Phase.UPLOAD: (0, 1),
        Phase.WAIT: (1, 1.5),
        Phase.PROVIDER: (1.5, 3.5),
        Phase.STORE: (3.5, 4),
    }
    assert told.deadline == 49


def test_without_a_picture_nothing_was_stored_and_without_an_attempt_nobody_was_asked() -> None:
    at = NOON + timedelta(seconds=9)
    failed = job(1).tried(attempt(1)).failed(FailureReason.NETWORK, at=at)
    assert Phase.STORE not in course(failed).phases
    refused = job(1, arrived_at=None).failed(FailureReason.JOB_CANCELLED, at=at)
    assert list(course(refused).phases) == [Phase.WAIT]


def test_of_what_nobody_has_told_there_is_nothing_to_see() -> None:
    interrupted = job(1).failed(FailureReason.INTERRUPTED, at=NOON)

    assert course_of(job(1)) is None
    assert course_of(interrupted) is None
    assert course_of(evolve(interrupted, attempts=(attempt(1),))) is not None
