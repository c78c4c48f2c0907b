"""Jobs and results to try repositories with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import JobId, MediaId, SlotId
from photochanger_core.domain.job import Job, JobSource, JobStatus, Result
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.job_repo import JobRepoPort, Limits
from photochanger_core.ports.tokens import Claims

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICK = timedelta.resolution
LEASE = timedelta(seconds=15)
TTL = timedelta(hours=72)
DEDUPE = timedelta(minutes=10)
PLENTY = Limits(everywhere=100, slot=100)

_JOB = Job(
    job_id=JobId(""),
    slot_id=SlotId("slot-001"),
    slot_version=3,
    source=JobSource.INGEST,
    provider_id="gemini",
    arrived_at=NOON - timedelta(milliseconds=250),
    started_at=NOON,
    sync_deadline=NOON + timedelta(seconds=48),
    expires_at=NOON + TTL,
    correlation_id="booth-7.photo-1",
    owner="booth.example:8000",
    lease_until=NOON + LEASE,
    photo_sha256="ab" * 32,
    metadata={"name": "Игорь 100%", "profile": "%(x)s 'quoted' \\ \"twice\"", "": "🙂"},
)

_CLAIMS = Claims(
    token_id="",
    account="serg",
    scopes=[],
    issued_at=NOON,
    expires_at=NOON + timedelta(hours=12),
)

_MEDIA = MediaObject(
    media_id=MediaId(""),
    use=MediaUse.PROVIDER,
    media_type=MediaType.PNG,
    size=1234,
    sha256="ef" * 32,
    location="provider/x/payload.png",
    created_at=NOON,
)

_ATTEMPT = Attempt(
    number=1,
    provider="gemini",
    model="gemini-3.1-flash-image",
    started_at=NOON + TICK,
    seconds=1.234,
    failure_reason=FailureReason.BAD_RESPONSE,
    detail="NO_IMAGE: 100% 'Игорь'",
    usage={"promptTokenCount": 258, "totalTokenCount": 1548},
    quota_left={"foto_limit": 17},
)


def job_id(number: int) -> JobId:
    return JobId(f"00000000-0000-4000-8000-{number:012x}")


def media_id(number: int) -> MediaId:
    return MediaId(f"{number:032x}")


def media(number: int = 1, **changes: Any) -> MediaObject:
    return evolve(_MEDIA, media_id=media_id(number), **changes)


def job(number: int = 1, **changes: Any) -> Job:
    return evolve(_JOB, job_id=job_id(number), **changes)


def result(expires_at: datetime = NOON + TTL) -> Result:
    return Result(
        media_type=MediaType.PNG,
        size=123_456,
        sha256="cd" * 32,
        location="results/slot-001/x/payload.png",
        expires_at=expires_at,
    )


def done(of: Job, expires_at: datetime = NOON + TTL, *, after: float = 1.5) -> Job:
    at = of.started_at + timedelta(seconds=after)
    begun = of.processing() if of.status is JobStatus.PENDING else of
    return begun.done(result(expires_at), at=at)


def timed_out_running_on(of: Job, *, after: float = 48) -> Job:
    at = of.started_at + timedelta(seconds=after)
    return of.timed_out_running_on(at=at, is_degraded=False)


def attempt(number: int, **changes: Any) -> Attempt:
    return evolve(_ATTEMPT, number=number, **changes)


async def admitted(jobs: JobRepoPort, one: Job, limits: Limits = PLENTY) -> Job:
    """Enter a job, whatever others there are."""
    return await jobs.admit(one, limits, dedupe=None)


async def running(jobs: JobRepoPort, one: Job) -> Job:
    begun = await admitted(jobs, one)
    assert await jobs.start(begun)
    return begun.processing()


async def finished(jobs: JobRepoPort, one: Job) -> Job:
    """Let a job that has ended have run."""
    await running(jobs, evolve(one, status=JobStatus.PENDING, finished_at=None, result=None))
    assert await jobs.finish(one)
    return one


def claims_of(token_id: str = "one", **more: Any) -> Claims:  # noqa: S107 - no secret
    """Return what the token *token_id* says."""
    return evolve(_CLAIMS, token_id=token_id, **more)
