"""Jobs as rows, and back."""

from __future__ import annotations

from typing import Any, Final

from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import Job, JobSource, JobStatus, Result
from photochanger_core.domain.picture import MediaType

from .session import Row

ADMITTED: Final = (
    "job_id",
    "slot_id",
    "slot_version",
    "source",
    "status",
    "provider_id",
    "arrived_at",
    "started_at",
    "sync_deadline",
    "expires_at",
    "owner",
    "lease_until",
    "photo_sha256",
    "metadata",
    "idempotency_key",
    "correlation_id",
)
"""What a job has from its beginning; columns and fields have the same names."""

ENDED: Final = ("status", "failure_reason", "finished_at", "duration_ms", "is_degraded", "is_late")
"""What a job gets at its end; columns and fields have the same names."""

PICTURE: Final = ("media_type", "size", "sha256", "path", "expires_at", "cleaned_at")
"""Columns of a result."""


def admitted_values(job: Job) -> dict[str, Any]:
    """Return the columns of a job at its beginning."""
    return {name: getattr(job, name) for name in ADMITTED} | {"metadata": dict(job.metadata)}


def end_values(job: Job) -> dict[str, Any]:
    """Return the columns of a job's end."""
    return {"job_id": job.job_id} | {name: getattr(job, name) for name in ENDED}


def result_values(job: Job, result: Result) -> dict[str, Any]:
    """Return what is stored of a job's result."""
    return {
        "result_id": job.job_id.replace("-", ""),
        "result_media_type": result.media_type,
        "result_size": result.size,
        "result_path": result.location,
        "result_expires_at": result.expires_at,
        "checksum": result.sha256,
    }


def to_job(row: Row) -> Job:
    """Return the job that a row holds."""
    values = {name: row[name] for name in (*ADMITTED, *ENDED, "ticket") if name != "duration_ms"}
    reason = row["failure_reason"]
    return Job(
        **values
        | {
            "source": JobSource(row["source"]),
            "status": JobStatus(row["status"]),
            "failure_reason": None if reason is None else FailureReason(reason),
            "result": _to_result(row),
        }
    )


def _to_result(row: Row) -> Result | None:
    if row["picture_path"] is None:
        return None
    return Result(
        media_type=MediaType(row["picture_media_type"]),
        size=row["picture_size"],
        sha256=row["picture_sha256"],
        location=row["picture_path"],
        expires_at=row["picture_expires_at"],
        cleaned_at=row["picture_cleaned_at"],
    )
