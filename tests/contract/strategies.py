"""What is said to repositories at random."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attrs import evolve, fields_dict
from hypothesis import strategies as st

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.domain.login import LOCK_TIME
from photochanger_core.domain.media import MediaKind, MediaUse, TemplateMedia
from photochanger_core.domain.picture import Fit
from photochanger_core.domain.place import Place
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.domain.retry import RetryPolicy
from photochanger_core.domain.route import Fallback
from photochanger_core.domain.settings import HashPolicy, Settings
from photochanger_core.domain.slot import Gallery, LateResult, OnFailure, OutputFormat, Reply
from photochanger_core.ports.audit import AuditFilter
from photochanger_core.ports.job_repo import Limits

from .samples import (
    DEDUPE,
    NOON,
    PLENTY,
    TICK,
    attempt,
    done,
    job,
    job_id,
    media,
    timed_out_running_on,
)

# Tiny universes, so that things meet and edges are hit exactly.
MOMENTS = st.integers(0, 6).map(lambda n: NOON + n * TICK)
COUNTS = st.integers(0, 4)
NUMBERS = st.integers(1, 3)
PLACES = st.builds(Place, moment=MOMENTS, job_id=NUMBERS.map(job_id))
SLOTS = st.sampled_from([*SLOT_IDS[:2], SlotId("slot-000")])
TEXTS = st.text(st.sampled_from("aЯ\0\ud83d\ude00%'\\\"🙂") | st.characters(), max_size=4)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e15, 1e15) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
LOGIN_NAMES = st.sampled_from(["serg", "igor", "192.0.2.7", "\0"])
LOGIN_MOMENTS = st.builds(
    lambda locks, ticks: NOON + locks * LOCK_TIME + ticks * TICK,
    st.integers(0, 3),
    st.integers(-1, 1),
)
JOB_SLOTS = st.sampled_from(SLOT_IDS[:2])
KEYS = st.sampled_from([None, "k", "K"])
PHOTOS = st.sampled_from(["ab" * 32, "cd" * 32])
WINDOWS = st.sampled_from([None, timedelta(0), TICK, 2 * TICK, DEDUPE])
LIVE = st.sets(NUMBERS.map(job_id)).map(sorted)
LIMITS = st.builds(Limits, everywhere=COUNTS, slot=COUNTS, daily=COUNTS) | st.just(PLENTY)


def _job(number: int, later: int, **more: Any) -> Job:
    # No two begin at once: which is the younger one would be up to chance.
    return job(number, started_at=NOON + (number + later) * TICK, **more)


JOBS = st.builds(
    _job,
    NUMBERS,
    st.sampled_from([0, 3]),
    slot_id=JOB_SLOTS,
    slot_version=st.integers(1, 2),
    source=st.sampled_from([JobSource.INGEST, JobSource.INGEST, JobSource.UI_TEST]),
    lease_until=MOMENTS,
    photo_sha256=PHOTOS,
    idempotency_key=KEYS,
    correlation_id=st.sampled_from([None, "a", "Z9._-" * 12]),
    metadata=st.dictionaries(TEXTS, TEXTS, max_size=2),
)
_AFTER = st.sampled_from([-1.0, 0.0, 0.000001, 0.000002, 0.0005])
_ATTEMPTS = st.lists(
    st.builds(attempt, st.integers(1, 3), provider=st.sampled_from(["gemini", "turbotext"])),
    max_size=2,
    unique_by=lambda one: one.number,
).map(tuple)


def _tried(ends: st.SearchStrategy[Job]) -> st.SearchStrategy[Job]:
    return st.builds(lambda end, attempts: evolve(end, attempts=attempts), ends, _ATTEMPTS)


def _late(of: Job, expires_at: datetime, after: float) -> Job:
    return done(timed_out_running_on(evolve(of, ticket=1)), expires_at, after=after)


FAILURES = _tried(
    st.builds(
        Job.failed, JOBS, st.sampled_from(FailureReason), at=MOMENTS, is_degraded=st.booleans()
    )
)
RUNNING_ON = _tried(st.builds(lambda of: timed_out_running_on(evolve(of, ticket=1)), JOBS))
ENDS = (
    _tried(st.builds(done, JOBS, MOMENTS, after=_AFTER) | st.builds(_late, JOBS, MOMENTS, _AFTER))
    | FAILURES
    | RUNNING_ON
)
RETRIES = st.builds(RetryPolicy, error_tries=COUNTS, after_ambiguous=st.booleans())
FALLBACKS = st.none() | st.builds(
    Fallback,
    provider=st.just("turbotext"),
    operation=st.just("image_edit"),
    settings=st.dictionaries(st.just("model"), st.sampled_from(["a", "Я"])),
    share=COUNTS,
)
MEDIA = st.builds(
    media,
    NUMBERS,
    use=st.sampled_from(MediaUse),
    sha256=PHOTOS,
    created_at=MOMENTS,
    expires_at=st.none() | MOMENTS,
)
TEMPLATES = [media(n, use=MediaUse.TEMPLATE, sha256=f"{n:064}") for n in (1, 2)]
BOUND = st.builds(
    lambda kind, one: TemplateMedia(media_kind=kind, media_object_id=one.media_id),
    st.sampled_from(MediaKind),
    st.sampled_from(TEMPLATES),
)
SLOT_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "is_active": st.booleans(),
        "template_media": st.lists(BOUND, max_size=3),
        "max_input_edge": COUNTS,
        "output_format": st.sampled_from(OutputFormat),
        "output_fit": st.sampled_from(Fit),
        "output_width": st.none() | COUNTS,
        "output_height": st.none() | COUNTS,
        "retry": RETRIES,
        "fallback": FALLBACKS,
        "on_failure": st.sampled_from(OnFailure),
        "late_result": st.sampled_from(LateResult),
        "reply": st.sampled_from(Reply),
        "dedupe_seconds": st.none() | COUNTS,
        "daily_call_limit": COUNTS,
        "gallery": st.sampled_from(Gallery),
        "gallery_key": st.none() | st.just("key"),
    },
)
CHANGES = st.builds(
    lambda some, policy: {**some, **policy},
    st.dictionaries(
        st.sampled_from(sorted(fields_dict(Settings).keys() - {"hash_policy"})),
        st.none() | COUNTS | TEXTS,
        max_size=3,
    ),
    st.fixed_dictionaries({}, optional={"hash_policy": st.sampled_from(HashPolicy)}),
)
PROVIDERS = st.sampled_from(["gemini", "turbotext"])
SEALS = st.builds(
    Sealed, ciphertext=st.sampled_from(["gAAA-_=", "gBBB"]), key_id=st.sampled_from(["a", "b"])
)
KEY_CHANGES = st.dictionaries(PROVIDERS, st.none() | SEALS, max_size=2)
SUBJECTS = st.sampled_from(["slot-001", "slot-002"]) | TEXTS
ENTRIES = st.builds(
    AuditEntry,
    at=MOMENTS,
    actor=st.builds(Actor, name=SUBJECTS, address=st.none() | TEXTS),
    action=st.sampled_from(AuditAction),
    subject=SUBJECTS,
    details=st.dictionaries(st.just("slot_id") | TEXTS, SUBJECTS | JSONS, max_size=2),
)
AUDIT_FILTERS = st.builds(
    AuditFilter,
    slot_id=st.none() | SUBJECTS,
    subject=st.none() | SUBJECTS,
    actor=st.none() | SUBJECTS,
    before=st.none() | COUNTS,
)
