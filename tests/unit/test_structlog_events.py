"""Events as log lines."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from photochanger_adapters.system.events import LEVELS, NAMES, REASONS, StructlogEvents
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.events import (
    Event,
    HashDiffers,
    JobAdmitted,
    JobFinished,
    JobNotClosed,
    JobSwept,
    LoginFailed,
    LoginSucceeded,
    PasswordRefused,
    PhotoRefused,
    ResultsPurged,
)
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import JobSource, JobStatus
from photochanger_core.domain.login import LoginRefusal
from photochanger_core.domain.problems import Problem

JOB, SLOT = JobId("11111111-1111-4111-8111-111111111111"), SlotId("slot-001")


def line(event: Event) -> dict[str, object]:
    with capture_logs() as lines:
        StructlogEvents().emit(event)
    (only,) = lines
    return dict(only)


def finished(reason: FailureReason | None) -> JobFinished:
    status = JobStatus.FAILED if reason else JobStatus.DONE
    return JobFinished(
        job_id=JOB,
        slot_id=SLOT,
        source=JobSource.INGEST,
        status=status,
        failure_reason=reason,
        detail="",
        seconds=1.5,
        is_degraded=False,
        is_late=False,
    )


def test_a_line_has_the_name_and_the_fields_of_the_event() -> None:
    assert line(finished(FailureReason.QUOTA)) == {
        "event": "job_finished",
        "log_level": "warning",
        "job_id": JOB,
        "slot_id": SLOT,
        "source": "ingest",
        "status": "failed",
        "failure_reason": "quota",
        "detail": "",
        "seconds": 1.5,
        "is_degraded": False,
        "is_late": False,
    }


def test_logins_are_told_under_the_names_that_are_looked_for() -> None:
    who = {"username": "serg", "address": "192.0.2.7"}

    assert line(LoginSucceeded(**who)) == {
        "event": "auth.login.success",
        "log_level": "info",
        **who,
    }
    assert line(LoginFailed(reason=LoginRefusal.THROTTLED, **who)) == {
        "event": "auth.login.failure",
        "log_level": "warning",
        "reason": "throttled",
        **who,
    }


@pytest.mark.parametrize(
    "event, level",
    [
        (JobAdmitted(job_id=JOB, slot_id=SLOT, photo_bytes=1), "info"),
        (finished(None), "info"),
        (finished(FailureReason.INVALID_REQUEST), "info"),
        (finished(FailureReason.PROVIDER_5XX), "warning"),
        (finished(FailureReason.INTERNAL_ERROR), "error"),
        (finished(FailureReason.STORAGE_FULL), "error"),
        (JobNotClosed(job_id=JOB, slot_id=SLOT, detail="gone"), "error"),
        (JobSwept(job_id=JOB, slot_id=SLOT), "warning"),
        (PasswordRefused(slot_id=SLOT), "warning"),
        (HashDiffers(slot_id=SLOT, problem=Problem.MISMATCH), "info"),
        (PhotoRefused(slot_id=SLOT, failure_reason=FailureReason.QUEUE_BUSY), "warning"),
        (PhotoRefused(slot_id=SLOT, failure_reason=FailureReason.RATE_LIMITED), "error"),
        (ResultsPurged(expired=1, orphans=0), "info"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_the_level_says_who_has_to_do_something(event: Event, level: str) -> None:
    assert line(event)["log_level"] == level


def test_the_values_of_a_line_are_plain() -> None:
    status = line(finished(None))["status"]

    assert type(status) is str


def test_every_level_is_of_an_event_or_a_reason() -> None:
    assert {*LEVELS, *NAMES} <= set(Event.__subclasses__())
    assert set(REASONS) <= set(FailureReason)
