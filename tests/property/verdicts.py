"""What must hold of a service, at any time and at its end."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Final

from photochanger_core.domain.errors import (
    CoreError,
    FailureReason,
    StorageFull,
    StorageUnavailable,
    reason_of,
)
from photochanger_core.domain.events import JobNotClosed
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.slot import OnFailure

from .books import check_books, check_crowds, check_money, may_be_degraded
from .sending import PLAIN, RICH, WINDOWS
from .sent import Sent
from .server import Answer
from .service import Service
from .set_up import EVERYWHERE, IN_SLOT, TTL

PROMISED_GRACE: Final = 0.25
"""Seconds after the deadline by which every answer has left."""

_ROUNDING: Final = 1e-6
_TROUBLES: Final = frozenset(
    {
        FailureReason.TIMEOUT,
        FailureReason.UPLOAD_TIMEOUT,
        FailureReason.QUEUE_UNAVAILABLE,
        FailureReason.STORAGE_UNAVAILABLE,
        FailureReason.STORAGE_FULL,
        FailureReason.INTERRUPTED,
        FailureReason.JOB_CANCELLED,
    }
)
"""What a booth may be told, beside what was to be expected, when something is wrong."""


def check_always(service: Service) -> None:
    """Check what holds at any moment."""
    assert not service.bugs
    check_money(service)
    _check_room(service)
    _check_answers(service)
    if service.is_idle:
        _check_rest(service)


def _check_answers(service: Service) -> None:
    answered = [sent for sent in service.unchecked if sent.answer.done()]
    for sent in answered:
        service.unchecked.remove(sent)
        if not sent.answer.cancelled():
            _check_answer(service, sent, sent.answer.result())


def _check_answer(service: Service, sent: Sent, answer: Answer) -> None:
    """Check what a booth got, and when."""
    window = WINDOWS.get(sent.sending.slot, 0)
    assert answer.at - sent.at <= window + PROMISED_GRACE + _ROUNDING, (sent.sending, answer)
    reason = answer.degraded if answer.error is None else reason_of(answer.error)
    assert reason in _expected(service, sent), (sent.sending, answer)
    if answer.error is not None:
        _check_not_replayed(service, sent, answer.error)
    elif answer.degraded is not None:
        _check_original(service, sent, answer)
    else:
        _check_picture(service, sent, answer)


def _expected(service: Service, sent: Sent) -> frozenset[FailureReason | None]:
    """Return why there may be no picture. Who was not let in was so rightly: the ledger knows."""
    sending = sent.sending
    reasons: frozenset[FailureReason | None] = frozenset({FailureReason.QUEUE_BUSY})
    if sending.slot not in RICH and sent.is_alone(service.sent):
        reasons |= sending.forecast().reasons
    else:
        reasons |= sending.possible()
    if sending.slot in RICH:
        reasons |= {FailureReason.RATE_LIMITED}
    if sent.has_reused_key(service.sent):
        reasons |= {FailureReason.IDEMPOTENCY_KEY_REUSED}
    if _is_disturbed(service, sent):
        reasons |= _TROUBLES
    return reasons


def _is_disturbed(service: Service, sent: Sent) -> bool:
    """Whether anything was wrong while somebody waited."""
    return not sent.calm or service.ledger.era != sent.era


def _check_not_replayed(service: Service, sent: Sent, error: Exception) -> None:
    """Whoever is told of a failure has waited for it."""
    if isinstance(error, StorageFull | StorageUnavailable):
        return  # the store in memory raises one error again and again, with what was added to it
    job_id = error.details.get("job_id") if isinstance(error, CoreError) else None
    if job_id is not None:
        assert isinstance(job_id, str)
        life = service.ledger.lives[JobId(job_id)]
        assert life.ended is None or life.ended >= sent.at - _ROUNDING


def _check_original(service: Service, sent: Sent, answer: Answer) -> None:
    """The guest's own photo is given where the slot says so, and never stored."""
    assert answer.job is not None
    life = service.ledger.lives[answer.job.job_id]
    slots = [slot for (slot_id, _), slot in service.slots.items() if slot_id == sent.sending.slot]
    assert OnFailure.ORIGINAL in {slot.on_failure for slot in slots}
    assert answer.picture in _own_photos(sent, answer)
    assert not sent.sending.is_test
    if life.job.result is not None and not life.job.is_late and not _is_disturbed(service, sent):
        assert life.stopped is not None
        assert life.stopped >= answer.at - _ROUNDING, "there was a picture, and time to read it"
    assert life.ended is None or life.ended >= sent.at - _ROUNDING


def _own_photos(sent: Sent, answer: Answer) -> set[bytes]:
    """Return the guest's own photo: as providers get it, or as it came, if time was short."""
    as_it_came = {sent.sending.photo} if answer.degraded is FailureReason.TIMEOUT else set()
    return {sent.sending.prepared} | as_it_came


def _check_picture(service: Service, sent: Sent, answer: Answer) -> None:
    """A picture that was sent is the one that is stored, and of this photo."""
    assert answer.job is not None
    assert answer.picture in sent.sending.pictures
    life = service.ledger.lives[answer.job.job_id]
    stored = service.ledger.done[answer.job.job_id]
    assert stored.photo_sha256 == sent.sending.photo_sha256
    assert stored.result is not None
    assert stored.finished_at is not None
    assert stored.result.sha256 == sha256(answer.picture).hexdigest()
    assert stored.result.expires_at == stored.finished_at + TTL
    assert life.stopped is not None
    assert answer.is_replay or life.stopped >= sent.at - _ROUNDING


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
    assert all(asked.ended is not None for asked in service.book.asked)
    check_crowds(service)
    if not service.has_faults:
        assert not service.ledger.running
        assert not any(isinstance(event, JobNotClosed) for event in service.world.events.events)
        reasons = {job.failure_reason for job in service.ledger.jobs}
        assert FailureReason.INTERRUPTED not in reasons


async def check_ends(service: Service) -> None:
    """Check how jobs have ended, once all that was abandoned was swept."""
    assert not service.ledger.running
    assert all(job.ticket is None for job in service.world.jobs.jobs.values())
    for job in service.ledger.jobs:
        assert not job.is_degraded or may_be_degraded(job, service.slot_of(job))
    await check_books(service)
    if not service.has_faults:
        assert await service.kept() <= service.ledger.done.keys()
    for sent in service.sent:
        if sent.sending.slot not in RICH and sent.is_alone(service.sent):
            _check_end(service, sent)


def _check_end(service: Service, sent: Sent) -> None:
    lives, sending = service.ledger.of_photo(sent.sending.photo_sha256), sent.sending
    calls = service.book.count_for(sending.prepared_sha256)
    if not lives:
        assert calls == 0
        return
    [life] = lives
    assert sending.slot in PLAIN
    assert calls <= 1
    if sent.calm and life.ended_in == sent.era:
        forecast = sending.forecast()
        assert (life.job.status, calls) == (forecast.status, forecast.calls), (sending, life)
