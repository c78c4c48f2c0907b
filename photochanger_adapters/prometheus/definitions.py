"""Every metric there is, each defined once.

`docs/metrics.md` is made from this table; rules and dashboard are checked against it.
"""

from __future__ import annotations

from typing import Final

from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.ingest_outcome import IngestOutcome
from photochanger_core.domain.job import JobSource, JobStatus
from photochanger_core.domain.login import LoginRefusal
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.service_state import JobStage
from photochanger_core.domain.stats import PROVIDER_REASONS
from photochanger_core.use_cases.timing import Phase

from .metric import Kind, Label, Metric, Scope

_SECONDS: Final = (0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0)
_PHASE_SECONDS: Final = (0.01, 0.05, 0.1, 0.25, *_SECONDS)
_BYTES: Final = (1e5, 2.5e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1.5e7, 2e7)
_SHARES: Final = (0.1, 0.25, 0.5, 0.65, 0.8, 0.9, 1.0, 1.1)

_SLOT: Final = Label("slot", SLOT_IDS)
_PROVIDER: Final = Label("provider")
_SLOTS_PROVIDER: Final = Label("provider", none="none")
_OUTCOME: Final = Label("outcome", tuple(IngestOutcome))
_COMPONENT: Final = Label("component", ("database", "media", "slots", "health"))

PICTURE: Final = "picture"
"""What an attempt came to that led to a picture."""

_ATTEMPT_RESULTS: Final = (
    PICTURE,
    *sorted(PROVIDER_REASONS),
    FailureReason.TIMEOUT,
    FailureReason.JOB_CANCELLED,
)

SUCCESS: Final = "success"
CLEAN, FAILED = "clean", "failed"

INGEST_ANSWERS: Final = Metric(
    name="photochanger_ingest_answers_total",
    kind=Kind.COUNTER,
    text="Requests of booths, by what became of them.",
    labels=(_SLOT, _SLOTS_PROVIDER, _OUTCOME),
)
INGEST_ERRORS: Final = Metric(
    name="photochanger_ingest_errors_total",
    kind=Kind.COUNTER,
    text="Requests of booths that were answered with an error, by its reason.",
    labels=(Label("reason", tuple(FailureReason)),),
)
INGEST_SECONDS: Final = Metric(
    name="photochanger_ingest_seconds",
    kind=Kind.HISTOGRAM,
    text="Time from the head of a booth's request to its answer.",
    labels=(_OUTCOME,),
    buckets=_SECONDS,
)
INGEST_PHASE_SECONDS: Final = Metric(
    name="photochanger_ingest_phase_seconds",
    kind=Kind.HISTOGRAM,
    text="What that time was spent on, refused requests apart.",
    labels=(Label("phase", tuple(Phase)),),
    buckets=_PHASE_SECONDS,
)
INGEST_WINDOW_RATIO: Final = Metric(
    name="photochanger_ingest_window_ratio",
    kind=Kind.HISTOGRAM,
    text="Share of the slot's sync window taken by requests for which a picture was to be made.",
    labels=(_SLOT,),
    buckets=_SHARES,
)
PHOTO_BYTES: Final = Metric(
    name="photochanger_photo_bytes",
    kind=Kind.HISTOGRAM,
    text="Size of photos for which a job began.",
    buckets=_BYTES,
)
PHOTOS_REFUSED: Final = Metric(
    name="photochanger_photos_refused_total",
    kind=Kind.COUNTER,
    text="Photos not taken: no place for a job (queue_busy), or the day's are used up.",
    labels=(_SLOT, Label("reason", (FailureReason.QUEUE_BUSY, FailureReason.RATE_LIMITED))),
)
PASSWORDS_REFUSED: Final = Metric(
    name="photochanger_ingest_passwords_refused_total",
    kind=Kind.COUNTER,
    text="Wrong ingest passwords.",
    labels=(_SLOT,),
)
HASH_DIFFERENCES: Final = Metric(
    name="photochanger_hash_differences_total",
    kind=Kind.COUNTER,
    text="Photos whose hash is missing, is none, or does not fit.",
    labels=(Label("problem", (Problem.MISSING, Problem.MALFORMED, Problem.MISMATCH)),),
)
JOBS_ADMITTED: Final = Metric(
    name="photochanger_jobs_admitted_total",
    kind=Kind.COUNTER,
    text="Jobs that began.",
    labels=(_SLOT,),
)
JOBS_JOINED: Final = Metric(
    name="photochanger_jobs_joined_total",
    kind=Kind.COUNTER,
    text="Photos that came again while their job ran.",
    labels=(_SLOT,),
)
JOBS_REPLAYED: Final = Metric(
    name="photochanger_jobs_replayed_total",
    kind=Kind.COUNTER,
    text="Photos that came again and were answered with the picture that was there.",
    labels=(_SLOT,),
)
JOBS_FINISHED: Final = Metric(
    name="photochanger_jobs_finished_total",
    kind=Kind.COUNTER,
    text="Jobs closed by the server that ran them; one that runs on late is closed twice.",
    labels=(
        Label("source", tuple(JobSource)),
        Label("status", (JobStatus.DONE, JobStatus.TIMEOUT, JobStatus.FAILED, JobStatus.CANCELLED)),
    ),
)
JOBS_LATE: Final = Metric(
    name="photochanger_jobs_late_total",
    kind=Kind.COUNTER,
    text="Jobs done after their sync window.",
    labels=(_SLOT,),
)
JOBS_DEGRADED: Final = Metric(
    name="photochanger_jobs_degraded_total",
    kind=Kind.COUNTER,
    text="Jobs that failed and whose guests were given their own photo.",
    labels=(_SLOT,),
)
JOBS_NOT_CLOSED: Final = Metric(
    name="photochanger_jobs_not_closed_total",
    kind=Kind.COUNTER,
    text="Jobs that could not be closed, or not cleared away, by the server that ran them.",
)
JOBS_SWEPT: Final = Metric(
    name="photochanger_jobs_swept_total",
    kind=Kind.COUNTER,
    text="Jobs closed because nobody ran them any more.",
)
RESULTS_MISSING: Final = Metric(
    name="photochanger_results_missing_total",
    kind=Kind.COUNTER,
    text="Results asked for whose file should be there and is not.",
)
PROVIDER_ATTEMPTS: Final = Metric(
    name="photochanger_provider_attempts_total",
    kind=Kind.COUNTER,
    text="Askings of providers, by what they came to: a picture, or the reason of the failure.",
    labels=(_PROVIDER, Label("result", _ATTEMPT_RESULTS)),
)
PROVIDER_RETRIES: Final = Metric(
    name="photochanger_provider_retries_total",
    kind=Kind.COUNTER,
    text="Of those, the ones made because another had failed.",
    labels=(_PROVIDER,),
)
PROVIDER_FALLBACKS: Final = Metric(
    name="photochanger_provider_fallbacks_total",
    kind=Kind.COUNTER,
    text="Of those, the ones made by the fallback of a slot.",
    labels=(_PROVIDER,),
)
PROVIDER_SECONDS: Final = Metric(
    name="photochanger_provider_attempt_seconds",
    kind=Kind.HISTOGRAM,
    text="Time that askings of providers took, failed ones included.",
    labels=(_PROVIDER,),
    buckets=_SECONDS,
)
PROVIDER_POLLS: Final = Metric(
    name="photochanger_provider_polls_total",
    kind=Kind.COUNTER,
    text="Questions to providers whether a picture is ready.",
    labels=(_PROVIDER,),
)
PROVIDER_TOKENS: Final = Metric(
    name="photochanger_provider_tokens_total",
    kind=Kind.COUNTER,
    text="Tokens that providers counted.",
    labels=(_PROVIDER, Label("kind", ("prompt", "candidates", "total"))),
)
LOGINS: Final = Metric(
    name="photochanger_logins_total",
    kind=Kind.COUNTER,
    text="Tries to log in as an administrator, by what they came to.",
    labels=(Label("result", (SUCCESS, *LoginRefusal)),),
)
CLEANUP_RUNS: Final = Metric(
    name="photochanger_cleanup_runs_total",
    kind=Kind.COUNTER,
    text="Cleanings up of which this server has heard, whoever did them.",
    labels=(Label("result", (CLEAN, FAILED)),),
    scope=Scope.SHARED,
)
CLEANUP_REMOVED: Final = Metric(
    name="photochanger_cleanup_removed_total",
    kind=Kind.COUNTER,
    text="What they removed.",
    labels=(Label("what", tuple(Leftover)),),
    scope=Scope.SHARED,
)
CLEANUP_FREED: Final = Metric(
    name="photochanger_cleanup_freed_bytes_total",
    kind=Kind.COUNTER,
    text="Bytes that they freed.",
    scope=Scope.SHARED,
)

COMPONENT_UP: Final = Metric(
    name="photochanger_component_up",
    kind=Kind.GAUGE,
    text="Whether a part works without which no photo can be processed: 1 or 0.",
    labels=(_COMPONENT,),
)
PROVIDER_UP: Final = Metric(
    name="photochanger_provider_up",
    kind=Kind.GAUGE,
    text="Whether a provider that active slots use says that it takes orders: 1 or 0.",
    labels=(_PROVIDER,),
)
PROVIDER_CIRCUIT_OPEN: Final = Metric(
    name="photochanger_provider_circuit_open",
    kind=Kind.GAUGE,
    text="Whether orders are kept from a provider because it failed time after time: 1 or 0.",
    labels=(_PROVIDER,),
)
PROVIDER_QUOTA_LEFT: Final = Metric(
    name="photochanger_provider_quota_left",
    kind=Kind.GAUGE,
    text="What the account may still use up, as the provider said last, by its own names.",
    labels=(_PROVIDER, Label("quota", ("foto_limit", "text_limit"))),
)
JOBS_RUNNING: Final = Metric(
    name="photochanger_jobs_running",
    kind=Kind.GAUGE,
    text="Jobs by stage: in flight are those waiting for their turn and those processing.",
    labels=(Label("stage", tuple(JobStage)),),
    scope=Scope.SHARED,
)
JOB_PLACES: Final = Metric(
    name="photochanger_job_places",
    kind=Kind.GAUGE,
    text="Jobs that may be in flight at once.",
    scope=Scope.SHARED,
)
PHOTOS_RECEIVING: Final = Metric(
    name="photochanger_photos_receiving",
    kind=Kind.GAUGE,
    text="Photos on their way to this server.",
)
SLOT_ACTIVE: Final = Metric(
    name="photochanger_slot_active",
    kind=Kind.GAUGE,
    text="Whether a slot takes photos: 1 or 0.",
    labels=(_SLOT,),
    scope=Scope.SHARED,
)
SLOT_WINDOW: Final = Metric(
    name="photochanger_slot_window_seconds",
    kind=Kind.GAUGE,
    text="The sync window of a slot.",
    labels=(_SLOT,),
    scope=Scope.SHARED,
)
SLOT_LAST_SUCCESS: Final = Metric(
    name="photochanger_slot_last_success_timestamp_seconds",
    kind=Kind.GAUGE,
    text="When a slot's last picture in time was done; not there if it never was.",
    labels=(_SLOT,),
    scope=Scope.SHARED,
)
STORED_BYTES: Final = Metric(
    name="photochanger_media_stored_bytes",
    kind=Kind.GAUGE,
    text="Results and templates, by what the database tells.",
    scope=Scope.SHARED,
)
DISK_FREE: Final = Metric(
    name="photochanger_disk_free_bytes",
    kind=Kind.GAUGE,
    text="Room left on the disk of the pictures.",
    scope=Scope.HOST,
)
DISK_SIZE: Final = Metric(
    name="photochanger_disk_size_bytes",
    kind=Kind.GAUGE,
    text="Size of that disk, as far as the server's user may fill it.",
    scope=Scope.HOST,
)
CLEANUP_LAST_SUCCESS: Final = Metric(
    name="photochanger_cleanup_last_success_timestamp_seconds",
    kind=Kind.GAUGE,
    text="When everything was clean last; 0 if it never was.",
    scope=Scope.SHARED,
)
LOOP_LAG: Final = Metric(
    name="photochanger_event_loop_lag_seconds",
    kind=Kind.GAUGE,
    text="By which the event loop was late, at worst within the last minute.",
)
CONNECTIONS_BUSY: Final = Metric(
    name="photochanger_database_connections_busy",
    kind=Kind.GAUGE,
    text="Connections to the database on which a statement runs.",
)
CONNECTIONS_MOST: Final = Metric(
    name="photochanger_database_connections_limit",
    kind=Kind.GAUGE,
    text="Connections to the database that there may be for statements.",
)
CONNECTION_WAITERS: Final = Metric(
    name="photochanger_database_waiters",
    kind=Kind.GAUGE,
    text="Statements that wait for a connection.",
)
START_TIME: Final = Metric(
    name="photochanger_start_time_seconds",
    kind=Kind.GAUGE,
    text="When this process began.",
)
BUILD_INFO: Final = Metric(
    name="photochanger_build_info",
    kind=Kind.GAUGE,
    text="Always 1; the labels tell what runs.",
    labels=(Label("version"), Label("python")),
)

METRICS: Final[tuple[Metric, ...]] = tuple(
    value for value in globals().values() if isinstance(value, Metric)
)
"""All of them, in the order of their definition."""
