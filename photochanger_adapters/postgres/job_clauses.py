"""What statements about jobs are made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, and_, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from photochanger_core.domain.job import OPEN, JobStatus

from .columns import CODE
from .job_rows import ADMITTED, ENDED, PICTURE
from .statements import given
from .tables import JOBS, MEDIA

RESULT: Final = "result"
CHANNEL: Final = "photochanger"
"""On which servers tell each other that a job has ended, or left its place in a line."""

THIS: Final = JOBS.c.job_id == given("job_id", CODE)
IS_OPEN: Final = JOBS.c.status.in_(sorted(OPEN))
FAILURES: Final = JOBS.c.status.in_([JobStatus.TIMEOUT, JobStatus.FAILED, JobStatus.CANCELLED])
"""Jobs in the index of failures, few; some that have timed out run on."""
RUNS: Final = or_(IS_OPEN, JOBS.c.ticket.is_not(None))
ITS_RESULT: Final = and_(MEDIA.c.job_id == JOBS.c.job_id, MEDIA.c.type == RESULT)
TELL: Final = func.pg_notify(CHANNEL, "")


def among(name: str) -> ColumnElement[bool]:
    """Return whether a job is one of those given as *name*."""
    return JOBS.c.job_id == func.any(given(name, ARRAY(Text())))


def values_of_job(names: Collection[str]) -> dict[ColumnElement[Any], ColumnElement[Any]]:
    """Return columns, each with the place for its value."""
    return {JOBS.c[name]: given(name, JOBS.c[name].type) for name in names}


def jobs() -> Select[Any]:
    """Return the selection of jobs with their results."""
    return select(
        *(JOBS.c[name] for name in dict.fromkeys((*ADMITTED, *ENDED, "ticket"))),
        *(MEDIA.c[name].label(f"picture_{name}") for name in PICTURE),
    ).select_from(JOBS.outerjoin(MEDIA, ITS_RESULT))
