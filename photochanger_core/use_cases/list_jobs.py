"""Leaf through the jobs there were."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.checks import Check, check_fields, one_of, whole
from photochanger_core.domain.ids import SLOT_IDS, JobId
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.problems import FieldProblem, Problem, wrong
from photochanger_core.ports.job_list import JobFilter, JobListPort, Place

_LIMIT: Final = 50
_PLACE: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([0-9a-f-]{36})", re.ASCII)


@frozen(kw_only=True)
class JobPage:
    """Some jobs, the youngest first.

    Attributes:
        next_before: What the next page is asked for with; None: there is none.
    """

    jobs: Sequence[Job]
    next_before: str | None


@frozen(kw_only=True)
class ListJobs:
    """Leaf through the jobs there were, those past their time too."""

    job_list: JobListPort

    async def __call__(self, wanted: Mapping[str, Any]) -> JobPage:
        """Return the jobs that are *wanted*, a page of them.

        Args:
            wanted: Of `slot_id`, `status` and `source` those to filter by; `limit`, 1 to 100,
                by default 50; `before`, where an earlier page ended.

        Raises:
            ValidationFailed: Naming every field that is unknown or wrong.
            QueueUnavailable: If they cannot be read.
        """
        check_fields(wanted, _CHECKS)
        limit = wanted.get("limit", _LIMIT)
        found = await self.job_list.page(_filter(wanted), limit + 1)
        jobs = found[:limit]
        more = len(found) > limit
        return JobPage(jobs=jobs, next_before=_name(jobs[-1]) if more else None)


def _filter(wanted: Mapping[str, Any]) -> JobFilter:
    status, source, before = (wanted.get(name) for name in ("status", "source", "before"))
    return JobFilter(
        slot_id=wanted.get("slot_id"),
        statuses=None if status is None else frozenset({JobStatus(status)}),
        source=None if source is None else JobSource(source),
        before=None if before is None else _place(before),
    )


def _name(job: Job) -> str:
    """Return the name of the place of *job* in the list; it goes into links as it is."""
    moment = job.started_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{moment.removesuffix('+00:00')}Z_{job.job_id}"


def _place(name: object) -> Place | None:
    """Return the place that `_name` gave *name*; None: it gave it to none."""
    found = _PLACE.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        return None
    try:
        return Place(started_at=datetime.fromisoformat(found[1]), job_id=JobId(found[2]))
    except ValueError:
        return None


def _is_slot(value: object) -> Sequence[FieldProblem]:
    return [] if value in SLOT_IDS else [wrong(Problem.NOT_A_SLOT)]


def _is_place(value: object) -> Sequence[FieldProblem]:
    return [wrong(Problem.NOT_A_PAGE)] if _place(value) is None else []


_CHECKS: Final[Mapping[str, Check]] = {
    "slot_id": _is_slot,
    "status": one_of(JobStatus),
    "source": one_of(JobSource),
    "limit": whole(1, 100),
    "before": _is_place,
}
