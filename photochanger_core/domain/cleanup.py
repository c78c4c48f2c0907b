"""What is cleaned up, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from .ids import SlotId
from .moments import aware


class Leftover(StrEnum):
    """What is cleaned up.

    Attributes:
        ABANDONED_JOBS: Running by what is stored, though nobody runs them; they are closed.
        EXPIRED_RESULTS: Pictures past their time, with their previews.
        LOST_RESULTS: Of pictures whose file is gone; only the row is marked.
        ORPHAN_RESULTS: Files of jobs that have no result, and of none.
        EXPIRED_MEDIA: What was lent or uploaded, past its time.
        ORPHAN_MEDIA: Files of media objects that are none.
        STRAY_FILES: Half-written files and empty folders, which crashes leave.
        JOB_METADATA: What booths said of jobs without a result, which are shown no more.
        PROVIDER_WORDS: What providers said of attempts.
        AUDIT_ENTRIES: What administrators did.
        CLEANUP_RUNS: That it was cleaned up.
    """

    ABANDONED_JOBS = "abandoned_jobs"
    EXPIRED_RESULTS = "expired_results"
    LOST_RESULTS = "lost_results"
    ORPHAN_RESULTS = "orphan_results"
    EXPIRED_MEDIA = "expired_media"
    ORPHAN_MEDIA = "orphan_media"
    STRAY_FILES = "stray_files"
    JOB_METADATA = "job_metadata"
    PROVIDER_WORDS = "provider_words"
    AUDIT_ENTRIES = "audit_entries"
    CLEANUP_RUNS = "cleanup_runs"


ORPHAN_AGE: Final = timedelta(hours=1)
"""So long files that belong to nothing are left alone: what they belong to may be on its way."""

LOG_LIFE: Final = timedelta(days=30)
"""How long the database keeps what is a log by its nature, as logs and metrics are kept."""

LIVES: Final[Mapping[Leftover, timedelta]] = {
    Leftover.JOB_METADATA: timedelta(0),  # of a job that is shown no more
    Leftover.PROVIDER_WORDS: LOG_LIFE,
    Leftover.AUDIT_ENTRIES: LOG_LIFE,
    Leftover.CLEANUP_RUNS: LOG_LIFE,
}
"""What lies in the database only, and how long it is kept once its own time is over."""


@frozen(kw_only=True)
class CleanupRun:
    """One cleaning up, from its beginning to its end.

    Attributes:
        slot_id: It was about this slot only; None: about everything.
        removed: How much of what; nothing of what is not named.
        failed: How many could not be removed, and are tried again by the next one.
    """

    started_at: datetime = field(validator=aware)
    finished_at: datetime = field(validator=aware)
    slot_id: SlotId | None = None
    removed: Mapping[Leftover, int] = field(factory=dict)
    bytes_freed: int = 0
    failed: int = 0

    @property
    def is_success(self) -> bool:
        """Whether after it everything was clean."""
        return self.slot_id is None and not self.failed
