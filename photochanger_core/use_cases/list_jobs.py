"""Leaf through the jobs there were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from photochanger_core.domain.checks import Check, check_fields, known_slot, one_of, whole
from photochanger_core.domain.job import Job, JobSource, JobStatus
from photochanger_core.domain.place import Place, place_name
from photochanger_core.ports.job_list import JobFilter, JobListPort

_LIMIT: Final = 50


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
        return JobPage(jobs=jobs, next_before=_place(jobs[-1]).name if more else None)


def _filter(wanted: Mapping[str, Any]) -> JobFilter:
    status, source, before = (wanted.get(name) for name in ("status", "source", "before"))
    return JobFilter(
        slot_id=wanted.get("slot_id"),
        statuses=None if status is None else frozenset({JobStatus(status)}),
        source=None if source is None else JobSource(source),
        before=Place.named(before),
    )


def _place(job: Job) -> Place:
    return Place(moment=job.started_at, job_id=job.job_id)


_CHECKS: Final[Mapping[str, Check]] = {
    "slot_id": known_slot,
    "status": one_of(JobStatus),
    "source": one_of(JobSource),
    "limit": whole(1, 100),
    "before": place_name,
}
