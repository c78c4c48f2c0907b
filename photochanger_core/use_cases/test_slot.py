"""Try a slot's configuration, saved or not, with a photo."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.correlation import correlation_id
from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.errors import PayloadTooLarge
from photochanger_core.domain.job import JobSource
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .configure_slot import ConfigureSlot
from .process_photo import ProcessPhoto
from .races import Versions
from .timing import Timing
from .visit import PhotoRequest, Processed


@frozen(kw_only=True)
class SlotTest:
    """A photo to try a slot with.

    Attributes:
        slot: The slot as the caller wrote it.
        changes: What is to be tried in place of what is saved, by field of `Slot`.
        settings: Likewise settings of its provider, beside the others; None takes one away.
        versions: What the changes are meant for.
        photo: Closed by whoever does the test.
        by: Who tries.
        correlation_id: The request's name in the log, for its job.
    """

    slot: str
    changes: Mapping[str, object] = field(factory=dict)
    settings: Mapping[str, object] = field(factory=dict)
    versions: Versions = None
    photo: Blob
    by: Actor
    correlation_id: str | None = field(default=None, validator=correlation_id)


@frozen(kw_only=True)
class TestSlot:
    """Try a slot's configuration, saved or not, with a photo.

    As with a booth's photo, but for the password and for duplicates: every test is a job of its
    own. Switched off or not does not matter.
    """

    __test__ = False

    settings: SettingsRepoPort
    audit: AuditPort
    clock: ClockPort
    configure_slot: ConfigureSlot
    process_photo: ProcessPhoto

    async def __call__(self, test: SlotTest) -> Processed:
        """Return the picture, by the end of a sync window that starts with this call.

        Raises:
            SlotNotFound: If there is no such slot.
            ValidationFailed: Naming every field that is wrong.
            VersionConflict: If the slot is at none of the test's versions.
            PayloadTooLarge: If a booth might not send such a photo.
            CoreError: Whatever `ProcessPhoto` raises.
        """
        try:
            request = await self._request(test)
        except BaseException:
            await test.photo.close()
            raise
        return await self.process_photo(request)

    async def _request(self, test: SlotTest) -> PhotoRequest:
        monotonic, now = self.clock.monotonic(), self.clock.now()
        slot = await self.configure_slot.draft(
            test.slot, test.changes, settings=test.settings, by=test.by, versions=test.versions
        )
        if test.photo.size > slot.size_limit:
            raise PayloadTooLarge(details={"limit_bytes": slot.size_limit})
        settings = await self.settings.read()
        await self._note(test, slot)
        return PhotoRequest(
            photo=test.photo,
            slot=slot,
            settings=settings,
            source=JobSource.UI_TEST,
            deadline=Deadline.after(settings.window(slot), monotonic=monotonic, now=now),
            dedupe=None,
            correlation_id=test.correlation_id,
            timing=Timing(monotonic),
        )

    async def _note(self, test: SlotTest, slot: Slot) -> None:
        """Note that somebody tries, which may cost, and what was changed for it."""
        tried = {*test.changes, *(f"settings.{name}" for name in test.settings)}
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                actor=test.by,
                action=AuditAction.SLOT_TESTED,
                subject=slot.slot_id,
                details={"version": slot.version - 1, "tried": sorted(tried)},
            )
        )
