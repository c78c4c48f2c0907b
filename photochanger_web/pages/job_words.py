"""Jobs in words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from photochanger_core.domain.attempt import Attempt
from photochanger_core.domain.errors import FailureReason, error_of
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_web.amounts import in_seconds
from photochanger_web.errors import error_text

STATUSES: Final = tuple(JobStatus)
"""Their texts are `jobs.status_NAME`."""

SOURCES: Final = tuple(JobSource)
"""Their texts are `jobs.source_NAME`."""


def why(language: str, reason: FailureReason | None) -> str | None:
    """Return why there is no picture, as everybody is told; None: nothing is wrong."""
    return None if reason is None else error_text(error_of(reason), language)


def words_of_provider(job: Job) -> str:
    """Return what was said the last time that a provider was asked, if that has failed."""
    last = job.attempts[-1] if job.attempts else None
    return last.detail if last is not None and last.failure_reason is not None else ""


def how_long(language: str, job: Job) -> str | None:
    """Return how long *job* took; None: it has not ended."""
    milliseconds = job.duration_ms
    return None if milliseconds is None else in_seconds(language, milliseconds / 1000)


def asked(attempt: Attempt) -> str:
    """Return the names of whom *attempt* has asked."""
    return " · ".join(filter(None, (attempt.provider.capitalize(), attempt.model)))


def all_asked(attempts: Collection[Attempt]) -> str:
    """Return the same of all *attempts*, each once."""
    return ", ".join(dict.fromkeys(map(asked, attempts)))
