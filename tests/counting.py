"""A world in memory whose events are counted, and one event of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from attrs import define, field

from photochanger_adapters.prometheus.events import PrometheusEvents
from photochanger_adapters.prometheus.meters import Meters
from photochanger_adapters.prometheus.metrics import PrometheusMetrics, meters_of
from photochanger_adapters.system.all_events import AllEvents
from photochanger_core.assembly import Ports
from photochanger_core.domain.attempt import AttemptKind
from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.events import (
    BugMet,
    BugPlace,
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
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.ingest_outcome import IngestOutcome
from photochanger_core.domain.job import JobSource, JobStatus
from photochanger_core.domain.login import LoginRefusal
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.service_state import (
    DiskSpace,
    JobStage,
    ProviderNow,
    ServiceState,
    SlotNow,
    Stored,
    Strain,
)
from tests.web.world import World

BEGAN: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)

_JOB: Final[Mapping[str, Any]] = {
    "job_id": JobId("00000000-0000-4000-8000-000000000001"),
    "slot_id": SlotId("slot-001"),
}
_SLOT: Final[Mapping[str, Any]] = {"slot_id": SlotId("slot-001")}


def new_meters() -> Meters:
    """Return meters that show zeros."""
    return meters_of(providers=("gemini", "turbotext"), version="0.1.0", began=BEGAN)


@define(eq=False, kw_only=True)
class CountedWorld(World):
    """A world whose events are counted."""

    meters: Meters = field(factory=new_meters)

    def ports(self, **changes: Any) -> Ports:
        listeners = [self.events, PrometheusEvents(self.meters)]
        return super().ports(
            events=AllEvents(listeners), metrics=PrometheusMetrics(self.meters), **changes
        )


def ended(outcome: IngestOutcome, **changes: Any) -> IngestEnded:
    """Return how a booth's request ended."""
    given: dict[str, Any] = {
        **_SLOT,
        "provider": "gemini",
        "outcome": outcome,
        "failure_reason": None,
        "seconds": 12.0,
        "window": 48,
        "phases": {"upload": 1.0, "wait": 0.0, "provider": 10.5, "store": 0.5},
    }
    return IngestEnded(**{**given, **changes})


def called(**changes: Any) -> ProviderCalled:
    """Return how somebody was asked."""
    given: dict[str, Any] = {
        **_JOB,
        "number": 1,
        "kind": AttemptKind.FIRST,
        "provider": "gemini",
        "model": "gemini-3.1-flash-image",
        "seconds": 10.5,
        "failure_reason": None,
        "detail": "",
    }
    return ProviderCalled(**{**given, **changes})


def finished(**changes: Any) -> JobFinished:
    """Return how a job ended."""
    given: dict[str, Any] = {
        **_JOB,
        "source": JobSource.INGEST,
        "status": JobStatus.DONE,
        "failure_reason": None,
        "detail": "",
        "seconds": 11.0,
        "is_degraded": False,
        "is_late": False,
    }
    return JobFinished(**{**given, **changes})


EVERY_KIND: Final[tuple[Event, ...]] = (
    *map(ended, IngestOutcome),
    *(ended(IngestOutcome.REFUSED, failure_reason=reason) for reason in FailureReason),
    ended(IngestOutcome.REFUSED, slot_id=None, provider=None, window=None, phases={}),
    JobAdmitted(**_JOB, photo_bytes=3_000_000),
    JobJoined(**_JOB),
    JobReplayed(**_JOB),
    PhotoRefused(**_SLOT, failure_reason=FailureReason.QUEUE_BUSY),
    PhotoRefused(**_SLOT, failure_reason=FailureReason.RATE_LIMITED),
    called(usage={"promptTokenCount": 300, "totalTokenCount": 1500, "thoughtsTokenCount": 3}),
    called(kind=AttemptKind.RETRY, failure_reason=FailureReason.PROVIDER_5XX),
    called(kind=AttemptKind.FALLBACK, provider="turbotext", quota_left={"foto_limit": 7}),
    ProviderPolled(provider="turbotext"),
    finished(),
    finished(status=JobStatus.FAILED, failure_reason=FailureReason.QUOTA, is_degraded=True),
    finished(is_late=True),
    finished(source=JobSource.UI_TEST),
    JobNotClosed(**_JOB, detail="away"),
    JobSwept(**_JOB),
    ResultsPurged(expired=3, lost=1, orphans=2),
    MediaPurged(expired=3, orphans=0),
    CleanedUp(
        slot_id=None,
        seconds=2.0,
        removed={Leftover.EXPIRED_RESULTS: 3, Leftover.LOST_RESULTS: 1},
        bytes_freed=9_000_000,
        failed=0,
    ),
    CleanedUp(**_SLOT, seconds=1.0, removed={}, bytes_freed=0, failed=2),
    PasswordRefused(**_SLOT),
    LoginSucceeded(username="serg", address="192.0.2.7"),
    *(LoginFailed(username='"}', address="192.0.2.7", reason=reason) for reason in LoginRefusal),
    *(
        HashDiffers(**_SLOT, problem=problem)
        for problem in (Problem.MISSING, Problem.MALFORMED, Problem.MISMATCH)
    ),
    ResultMissing(**_JOB),
    *(BugMet(place=place) for place in BugPlace),
)
"""Events of every kind there is."""

STATE: Final = ServiceState(
    parts={"database": True, "media": False},
    providers={
        "turbotext": ProviderNow(
            takes_orders=True, is_circuit_open=True, quota_left={"foto_limit": 7}
        )
    },
    last_cleanup=BEGAN,
    last_backup=BEGAN,
    stored=Stored(
        jobs={JobStage.WAITING: 1, JobStage.PROCESSING: 2, JobStage.LATE: 0},
        places=12,
        stored_bytes=10**9,
        slots={
            SlotId("slot-001"): SlotNow(is_active=True, window=48, last_success_at=BEGAN),
            SlotId("slot-002"): SlotNow(is_active=False, window=10),
        },
    ),
    disk=DiskSpace(free=4, in_all=10),
    receiving=3,
    strains={Strain.LOOP_LAG_SECONDS: 0.25, Strain.CONNECTIONS_BUSY: 1, Strain.OPEN_FILES: 30},
)
"""Everything known that can be."""
