from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from attrs import evolve, fields
from attrs.exceptions import FrozenInstanceError

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import (
    OPEN,
    TRANSITIONS,
    IllegalTransition,
    Job,
    JobSource,
    JobStatus,
    Result,
)
from photochanger_core.domain.picture import MediaType

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICK = timedelta.resolution

JOB = Job(
    job_id=JobId("00000000-0000-4000-8000-000000000001"),
    slot_id=SlotId("slot-001"),
    slot_version=1,
    source=JobSource.INGEST,
    provider_id="gemini",
    started_at=NOON,
    sync_deadline=NOON + timedelta(seconds=48),
    expires_at=NOON + timedelta(hours=72),
    owner="booth.example:8000",
    lease_until=NOON + timedelta(seconds=15),
    photo_sha256="ab" * 32,
)
RESULT = Result(
    media_type=MediaType.PNG,
    size=1,
    sha256="cd" * 32,
    location="x",
    expires_at=NOON + timedelta(hours=72),
)

LEGAL = {
    ("pending", "processing"),
    ("pending", "timeout"),
    ("pending", "failed"),
    ("pending", "cancelled"),
    ("processing", "done"),
    ("processing", "timeout"),
    ("processing", "failed"),
    ("processing", "cancelled"),
}
REASONS = {
    JobStatus.TIMEOUT: FailureReason.TIMEOUT,
    JobStatus.FAILED: FailureReason.NETWORK,
    JobStatus.CANCELLED: FailureReason.JOB_CANCELLED,
}


def moved(job: Job, to: JobStatus) -> Job:
    match to:
        case JobStatus.PROCESSING:
            return job.processing()
        case JobStatus.DONE:
            return job.done(RESULT, at=NOON)
        case _:
            return job.failed(REASONS[to], at=NOON)


@pytest.mark.parametrize(
    "before,after", list(product(JobStatus, [s for s in JobStatus if s is not JobStatus.PENDING]))
)
def test_a_job_moves_forwards_only(before: JobStatus, after: JobStatus) -> None:
    job = evolve(JOB, status=before)
    if (before.value, after.value) in LEGAL:
        assert moved(job, after).status is after
        assert job.status is before
    else:
        with pytest.raises(IllegalTransition, match=f"{before} -> {after}"):
            moved(job, after)


def test_the_table_has_every_status_and_no_way_back_to_the_beginning() -> None:
    assert set(TRANSITIONS) == set(JobStatus)
    moves = {(a.value, b.value) for a, ends in TRANSITIONS.items() for b in ends}
    assert moves == LEGAL | {("timeout", "done")}


@pytest.mark.parametrize("status", list(JobStatus))
def test_a_job_is_open_until_it_has_ended(status: JobStatus) -> None:
    job = evolve(JOB, status=status)
    assert job.is_open is job.is_running is (status in OPEN)


def test_a_job_that_has_timed_out_and_runs_on_may_be_done_late() -> None:
    processing = evolve(JOB, status=JobStatus.PROCESSING, ticket=7)
    timed_out = processing.timed_out_running_on(at=NOON, is_degraded=True)
    assert (timed_out.status, timed_out.ticket) == (JobStatus.TIMEOUT, 7)
    assert timed_out.is_running
    assert not timed_out.is_open
    late = timed_out.done(RESULT, at=NOON + TICK)
    assert (late.status, late.failure_reason, late.ticket) == (JobStatus.DONE, None, None)
    assert late.is_late
    assert late.is_degraded
    assert not processing.done(RESULT, at=NOON).is_late


@pytest.mark.parametrize("reason", list(FailureReason))
def test_every_reason_ends_a_job(reason: FailureReason) -> None:
    ended = JOB.failed(reason, at=NOON + TICK)
    expected = {FailureReason.TIMEOUT: "timeout", FailureReason.JOB_CANCELLED: "cancelled"}
    assert ended.status == expected.get(reason, "failed")
    assert (ended.failure_reason, ended.finished_at) == (reason, NOON + TICK)
    assert ended.result is None


def test_a_done_job_has_its_result() -> None:
    ended = JOB.processing().done(RESULT, at=NOON + TICK)
    assert (ended.status, ended.result, ended.finished_at) == ("done", RESULT, NOON + TICK)
    assert ended.failure_reason is None


def test_the_last_instant_still_counts() -> None:
    assert JOB.is_visible(JOB.expires_at)
    assert not JOB.is_visible(JOB.expires_at + TICK)
    assert not JOB.is_overdue(JOB.lease_until)
    assert JOB.is_overdue(JOB.lease_until + TICK)
    assert not RESULT.is_gone(RESULT.expires_at)
    assert RESULT.is_gone(RESULT.expires_at + TICK)


def test_a_closed_job_is_never_overdue() -> None:
    closed = JOB.failed(FailureReason.NETWORK, at=NOON)
    assert not closed.is_overdue(JOB.lease_until + timedelta(days=1))


def test_a_cleaned_result_is_gone_for_ever() -> None:
    assert evolve(RESULT, cleaned_at=NOON).is_gone(NOON - timedelta(days=1))


@pytest.mark.parametrize(
    "seconds,milliseconds", [(1.5, 1500), (0.0004, 0), (0.0006, 1), (0, 0), (-3600, 0)]
)
def test_a_duration_is_never_negative(seconds: float, milliseconds: int) -> None:
    ended = JOB.failed(FailureReason.NETWORK, at=NOON + timedelta(seconds=seconds))
    assert ended.duration_ms == milliseconds


def test_an_open_job_has_no_duration() -> None:
    assert JOB.duration_ms is None


MOMENTS = [(JOB, f.name) for f in fields(Job) if "datetime" in str(f.type)] + [
    (RESULT, f.name) for f in fields(Result) if "datetime" in str(f.type)
]


@pytest.mark.parametrize("value,name", MOMENTS, ids=[name for _, name in MOMENTS])
def test_moments_are_aware(value: Any, name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be timezone-aware"):
        evolve(value, **{name: NOON.replace(tzinfo=None)})


def test_no_moment_is_forgotten() -> None:
    assert [name for _, name in MOMENTS] == [
        "started_at",
        "sync_deadline",
        "expires_at",
        "lease_until",
        "arrived_at",
        "finished_at",
        "expires_at",
        "cleaned_at",
    ]


def test_a_job_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        JOB.status = JobStatus.DONE  # type: ignore[misc] # that is what is tested
