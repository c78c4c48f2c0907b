"""Remove what is past its time, and what belongs to nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.cleanup import CleanupRun
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.cleanup_runs import CleanupRunsPort
from photochanger_core.ports.clock import ClockPort

from .cleaning import Cleaning
from .forget_traces import ForgetTraces
from .purge_gallery_links import PurgeGalleryLinks
from .purge_logins import PurgeLogins
from .purge_media import PurgeMedia
from .purge_results import PurgeResults
from .purge_stray_files import PurgeStrayFiles
from .recognise_media import RecogniseMedia


@frozen(kw_only=True)
class CleanUp:
    """Remove what is past its time, and what belongs to nobody: one at a time, of all servers.

    Killed at any moment it leaves what the next one finds: a file goes before its row is marked,
    and what is gone already is no trouble.
    """

    runs: CleanupRunsPort
    recognise_media: RecogniseMedia
    purge_results: PurgeResults
    purge_media: PurgeMedia
    purge_stray_files: PurgeStrayFiles
    forget_traces: ForgetTraces
    purge_logins: PurgeLogins
    purge_gallery_links: PurgeGalleryLinks
    audit: AuditPort
    clock: ClockPort

    async def __call__(self, cleaning: Cleaning, *, by: Actor | None = None) -> bool:
        """Do so, as *cleaning* says, and note there how far that has come.

        Args:
            cleaning: A new one.
            by: The administrator who has asked for it, for the record; None: a timer.

        Returns:
            False: Somebody else is at it, nothing was done.

        Raises:
            QueueUnavailable: If it cannot go on; what is done stays done.
        """
        async with self.runs.alone() as is_alone:
            if is_alone:
                began = self.clock.now()
                for step in self._steps(cleaning):
                    await step(cleaning)
                if not cleaning.dry_run:
                    await self._note(cleaning, began, by)
            return is_alone

    def _steps(self, cleaning: Cleaning) -> Iterator[Callable[[Cleaning], Awaitable[None]]]:
        yield self._recognise
        yield self.purge_results
        if cleaning.slot_id is None:  # what else there is belongs to no slot in particular
            yield self.purge_media
            yield self.purge_stray_files
            yield self.forget_traces
            yield self._forget_what_counts_no_more

    async def _recognise(self, cleaning: Cleaning) -> None:
        try:
            await self.recognise_media(claim=not cleaning.dry_run)
        except StorageUnavailable as error:
            cleaning.unrecognised = True
            cleaning.fail("MEDIA_ROOT", error)

    async def _forget_what_counts_no_more(self, cleaning: Cleaning) -> None:
        if not cleaning.dry_run:  # servers do the same every few seconds
            await self.purge_logins()
            await self.purge_gallery_links()

    async def _note(self, cleaning: Cleaning, began: datetime, by: Actor | None) -> None:
        removed = {what: number for what, number in cleaning.removed.items() if number}
        run = CleanupRun(
            started_at=began,
            finished_at=self.clock.now(),
            slot_id=cleaning.slot_id,
            removed=removed,
            bytes_freed=cleaning.bytes_freed,
            failed=cleaning.failed,
        )
        await self.runs.note(run)
        if by is not None:
            await self.audit.note(_entry(run, by))


def _entry(run: CleanupRun, by: Actor) -> AuditEntry:
    return AuditEntry(
        at=run.finished_at,
        actor=by,
        action=AuditAction.CLEANED_UP,
        subject=run.slot_id or "media",
        details={
            "removed": dict(run.removed),
            "bytes_freed": run.bytes_freed,
            "failed": run.failed,
        },
    )
