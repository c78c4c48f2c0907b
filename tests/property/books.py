"""What must hold of everything that providers were asked and paid for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.slot import OnFailure, Slot
from tests.virtual_time import START

from .asking import Asked
from .deeds import Kind
from .ledger import Life
from .money import Terms, check_asked
from .sending import WINDOWS
from .service import Service
from .set_up import PLACES, TTL
from .surroundings import PROVIDERS

NO_PICTURE: Final = frozenset(
    {
        FailureReason.TIMEOUT,
        FailureReason.PROVIDER_5XX,
        FailureReason.BAD_RESPONSE,
        FailureReason.QUOTA,
        FailureReason.NETWORK,
        FailureReason.REFUSED,
        FailureReason.MISCONFIGURED,
        FailureReason.PAYLOAD_TOO_LARGE,
        FailureReason.STORAGE_UNAVAILABLE,
        FailureReason.STORAGE_FULL,
    }
)
"""Why a photo that was fine may have led to no picture."""
_ROUNDING: Final = 1e-6
"""Seconds."""
_DEDUPE: Final = 600.0
_SLACK: Final = 2.0
"""Seconds that a job may take from its beginning to its admission."""


def check_money(service: Service) -> None:
    """Check what was asked for every job, and that no photo was paid for twice."""
    for job_id, calls in service.book.by_job.items():
        life = service.ledger.lives[job_id]
        assert service.has_cancels or life.job.status is not JobStatus.CANCELLED
        if not service.has_steps:
            check_asked(calls, _terms(service, life))
    if not (service.has_faults or service.has_steps):
        _check_doubles(service)


def _terms(service: Service, life: Life) -> Terms:
    job = life.job
    return Terms(
        slot=service.slot_of(job),
        window=WINDOWS[job.slot_id],
        deadline=(job.sync_deadline - START).total_seconds(),
        begins=service.images.ready[job.job_id],
    )


def _check_doubles(service: Service) -> None:
    """While one job runs for a photo, or its picture is there, no other one begins."""
    for one, other in combinations(service.ledger.lives.values(), 2):
        if _are_alike(one, other):
            alone_until = _alone_until(service, one, other)
            assert other.begun >= alone_until - _SLACK, (one, other)


def _are_alike(one: Life, other: Life) -> bool:
    """Whether the later one of two jobs, *other*, would have to be the earlier one."""
    mine, its = one.job, other.job
    if {mine.source, its.source} != {JobSource.INGEST} or mine.slot_id != its.slot_id:
        return False
    if its.idempotency_key is not None:
        return mine.idempotency_key == its.idempotency_key
    return (mine.photo_sha256, mine.slot_version) == (its.photo_sha256, its.slot_version)


def _alone_until(service: Service, one: Life, other: Life) -> float:
    by_slot = service.slot_of(one.job).dedupe_seconds
    dedupe = _DEDUPE if by_slot is None else float(by_slot)
    if other.job.idempotency_key is not None:
        dedupe = TTL.total_seconds()
    if not dedupe:
        return 0.0
    if one.stopped is None:
        return float("inf")
    return one.stopped + (dedupe if one.job.result is not None else _SLACK)


def check_crowds(service: Service) -> None:
    """No provider had more orders at once than it has places, as long as leases told the truth."""
    if service.has_faults or service.has_steps or service.has_cancels:
        return
    for provider in PROVIDERS:
        assert service.book.most_at_once(provider) <= PLACES


def may_be_degraded(job: Job, slot: Slot) -> bool:
    """Whether a booth may have been given the guest's own photo in place of the job's picture."""
    is_wanted = job.source is JobSource.INGEST and slot.on_failure is OnFailure.ORIGINAL
    return is_wanted and (job.is_late or job.failure_reason in NO_PICTURE)


async def check_books(service: Service) -> None:
    """Everything that was asked is written down with its job."""
    if service.has_faults:
        return
    for job_id, calls in service.book.by_job.items():
        attempts = await service.world.jobs.attempts(job_id)
        told = [(each.number, each.provider, each.failure_reason) for each in attempts]
        assert told == entries(calls), job_id


def entries(calls: Sequence[Asked]) -> list[tuple[int, str, FailureReason | None]]:
    return [(number, call.provider, _reason(call)) for number, call in enumerate(calls, start=1)]


def _reason(call: Asked) -> FailureReason | None:
    if call.was_cut:
        in_time = call.ended is not None and call.ended < call.until - _ROUNDING
        return FailureReason.JOB_CANCELLED if in_time else FailureReason.TIMEOUT
    return FailureReason.INTERNAL_ERROR if call.deed.kind is Kind.BUG else call.deed.reason
