"""What must hold of a service, at any time and at its end."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Final

from photochanger_core.domain.deadline import GRACE
from photochanger_core.domain.errors import FailureReason, reason_of
from photochanger_core.domain.events import JobNotClosed
from photochanger_core.domain.job import Job, JobStatus

from .sending import WINDOWS
from .server import Answer
from .service import EVERYWHERE, IN_SLOT, TTL, Sent, Service

_ROUNDING: Final = 1e-6
_TROUBLES: Final = frozenset(
    {
        FailureReason.TIMEOUT,
        FailureReason.UPLOAD_TIMEOUT,
        FailureReason.QUEUE_UNAVAILABLE,
        FailureReason.STORAGE_UNAVAILABLE,
        FailureReason.STORAGE_FULL,
        FailureReason.INTERRUPTED,
    }
)
"""What a booth may be told, beside what was to be expected, when something is wrong."""


def check_always(service: Service) -> None:
    """Check what holds at any moment."""
    assert not service.bugs
    _check_calls(service)
    _check_room(service)
    _check_answers(service)
    if not service.live and not service.unchecked:
        _check_rest(service)


def _check_answers(service: Service) -> None:
    answered = [sent for sent in service.unchecked if sent.answer.done()]
    for sent in answered:
        service.unchecked.remove(sent)
        if not sent.answer.cancelled():
            _check_answer(service, sent, sent.answer.result())


def _check_answer(service: Service, sent: Sent, answer: Answer) -> None:
    """Check what a booth got, and when."""
    sending = sent.sending
    window = WINDOWS.get(sending.slot, 0)
    assert answer.at - sent.at <= window + GRACE + _ROUNDING, (sending, answer)
    reason = None if answer.error is None else reason_of(answer.error)
    expected = sending.forecast().reasons
    if sending.photo_sha256 in service.ledger.busy:
        expected = frozenset({FailureReason.QUEUE_BUSY})
    if not sent.calm or service.ledger.era != sent.era:
        expected |= _TROUBLES
    assert reason in expected, (sending, answer)
    if answer.job is not None:
        _check_picture(service, sent, answer, answer.job)


def _check_picture(service: Service, sent: Sent, answer: Answer, job: Job) -> None:
    """A picture that was sent is the one that is stored."""
    assert answer.picture == sent.sending.picture
    stored = service.ledger.done[job.job_id]
    assert stored.result is not None
    assert stored.finished_at is not None
    assert stored.result.sha256 == sha256(answer.picture).hexdigest()
    assert stored.result.expires_at == stored.finished_at + TTL


def _check_calls(service: Service) -> None:
    """A photo is sent to the provider once at most, and never one whose job was cancelled."""
    calls = Counter(call.order.photo.sha256 for call in service.provider.calls)
    for photo, times in calls.items():
        assert times == 1
        assert service.ledger.jobs[photo].status is not JobStatus.CANCELLED


def _check_room(service: Service) -> None:
    """No more jobs are open than may be; only dead servers and stepped clocks excuse it."""
    if service.has_faults or service.has_steps:
        return
    slots = Counter(job.slot_id for job in service.ledger.open)
    assert slots.total() <= EVERYWHERE
    assert all(count <= IN_SLOT for count in slots.values())


def _check_rest(service: Service) -> None:
    """When nobody waits and nothing runs, nothing is held, and nothing is open."""
    assert service.world.media.handles == 0
    if not service.has_faults:
        assert not service.ledger.open
        assert not any(isinstance(event, JobNotClosed) for event in service.world.events.events)
        reasons = {job.failure_reason for job in service.ledger.jobs.values()}
        assert FailureReason.INTERRUPTED not in reasons


async def check_ends(service: Service) -> None:
    """Check how jobs have ended, once all that was abandoned was swept."""
    assert not service.ledger.open
    if not service.has_faults:
        assert await service.kept() <= service.ledger.done.keys()
    for sent in service.sent:
        _check_end(service, sent)


def _check_end(service: Service, sent: Sent) -> None:
    ledger, sending = service.ledger, sent.sending
    job, calls = (
        ledger.jobs.get(sending.photo_sha256),
        service.provider.calls_for(sending.photo_sha256),
    )
    if job is None:
        assert calls == 0
        return
    if sent.calm and ledger.ended_in[job.job_id] == sent.era:
        forecast = sending.forecast()
        assert (job.status, calls) == (forecast.status, forecast.calls), (sending, job)
    if job.result is not None:
        assert job.result.sha256 == sha256(sending.picture).hexdigest()
