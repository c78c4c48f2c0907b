"""Events as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.attempt import AttemptKind
from photochanger_core.domain.events import (
    CleanedUp,
    Event,
    HashDiffers,
    IngestEnded,
    JobAdmitted,
    JobFinished,
    JobJoined,
    JobNotClosed,
    JobReplayed,
    JobSwept,
    LoginFailed,
    LoginSucceeded,
    MediaPurged,
    PasswordRefused,
    PhotoRefused,
    ProviderCalled,
    ProviderPolled,
    ResultMissing,
    ResultsPurged,
)
from photochanger_core.domain.ingest_outcome import IngestOutcome
from photochanger_core.ports.events import EventsPort

from . import definitions as the
from .meters import Meters

UNCOUNTED: Final = frozenset({ResultsPurged, MediaPurged})
"""What `CleanedUp` tells again."""

_NOT_MADE: Final = frozenset({IngestOutcome.REFUSED, IngestOutcome.LEFT, IngestOutcome.REPLAYED})
"""Requests for which no picture was to be made: they say nothing of how long that takes."""

_TOKENS: Final[Mapping[str, str]] = {
    "promptTokenCount": "prompt",
    "candidatesTokenCount": "candidates",
    "totalTokenCount": "total",
}


@frozen
class PrometheusEvents(EventsPort):
    """Counts every event that is worth it."""

    _meters: Meters

    def emit(self, event: Event) -> None:
        count = COUNTED.get(type(event))
        if count is not None:
            count(self._meters, event)


def _ingest_ended(meters: Meters, event: IngestEnded) -> None:
    outcome = event.outcome
    meters.count(the.INGEST_ANSWERS, slot=event.slot_id, provider=event.provider, outcome=outcome)
    if event.failure_reason is not None and outcome is not IngestOutcome.DEGRADED:
        meters.count(the.INGEST_ERRORS, reason=event.failure_reason)
    meters.observe(the.INGEST_SECONDS, event.seconds, outcome=outcome)
    if outcome is not IngestOutcome.REFUSED:
        for phase, seconds in event.phases.items():
            meters.observe(the.INGEST_PHASE_SECONDS, seconds, phase=phase)
    if event.window and outcome not in _NOT_MADE:
        meters.observe(the.INGEST_WINDOW_RATIO, event.seconds / event.window, slot=event.slot_id)


def _job_admitted(meters: Meters, event: JobAdmitted) -> None:
    meters.count(the.JOBS_ADMITTED, slot=event.slot_id)
    meters.observe(the.PHOTO_BYTES, event.photo_bytes)


def _job_finished(meters: Meters, event: JobFinished) -> None:
    meters.count(the.JOBS_FINISHED, source=event.source, status=event.status)
    if event.is_late:
        meters.count(the.JOBS_LATE, slot=event.slot_id)
    if event.is_degraded:
        meters.count(the.JOBS_DEGRADED, slot=event.slot_id)


def _provider_called(meters: Meters, event: ProviderCalled) -> None:
    provider = event.provider
    result = event.failure_reason or the.PICTURE
    meters.count(the.PROVIDER_ATTEMPTS, provider=provider, result=result)
    meters.observe(the.PROVIDER_SECONDS, event.seconds, provider=provider)
    if event.kind is AttemptKind.RETRY:
        meters.count(the.PROVIDER_RETRIES, provider=provider)
    if event.kind is AttemptKind.FALLBACK:
        meters.count(the.PROVIDER_FALLBACKS, provider=provider)
    for name, tokens in event.usage.items():
        if kind := _TOKENS.get(name):
            meters.count(the.PROVIDER_TOKENS, tokens, provider=provider, kind=kind)


def _cleaned_up(meters: Meters, event: CleanedUp) -> None:
    meters.count(the.CLEANUP_RUNS, result=the.FAILED if event.failed else the.CLEAN)
    meters.count(the.CLEANUP_FREED, event.bytes_freed)
    for what, number in event.removed.items():
        meters.count(the.CLEANUP_REMOVED, number, what=what)


COUNTED: Final[Mapping[type[Event], Callable[[Meters, Any], None]]] = {
    IngestEnded: _ingest_ended,
    JobAdmitted: _job_admitted,
    JobFinished: _job_finished,
    ProviderCalled: _provider_called,
    CleanedUp: _cleaned_up,
    JobJoined: lambda meters, it: meters.count(the.JOBS_JOINED, slot=it.slot_id),
    JobReplayed: lambda meters, it: meters.count(the.JOBS_REPLAYED, slot=it.slot_id),
    JobNotClosed: lambda meters, _: meters.count(the.JOBS_NOT_CLOSED),
    JobSwept: lambda meters, _: meters.count(the.JOBS_SWEPT),
    PhotoRefused: lambda meters, it: meters.count(
        the.PHOTOS_REFUSED, slot=it.slot_id, reason=it.failure_reason
    ),
    ProviderPolled: lambda meters, it: meters.count(the.PROVIDER_POLLS, provider=it.provider),
    PasswordRefused: lambda meters, it: meters.count(the.PASSWORDS_REFUSED, slot=it.slot_id),
    HashDiffers: lambda meters, it: meters.count(the.HASH_DIFFERENCES, problem=it.problem),
    ResultMissing: lambda meters, _: meters.count(the.RESULTS_MISSING),
    LoginSucceeded: lambda meters, _: meters.count(the.LOGINS, result=the.SUCCESS),
    LoginFailed: lambda meters, it: meters.count(the.LOGINS, result=it.reason),
}
"""How each event is counted."""
