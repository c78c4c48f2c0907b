"""Decide by a request's head whether its photo is worth sending."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.errors import (
    InvalidRequest,
    PayloadTooLarge,
    Problem,
    SlotDisabled,
    UnsupportedMediaType,
)
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .check_password import CheckPassword
from .receive_upload import MAX_PARTS, MAX_TEXT_BYTES

_MAX_PART_HEAD: Final = 1024
ENVELOPE: Final = MAX_PARTS * (MAX_TEXT_BYTES + _MAX_PART_HEAD)
"""Bytes that a request may have beyond its photo: everything a booth may say about it."""


@frozen(kw_only=True)
class UploadHead:
    """What is known of a request before its body.

    Attributes:
        slot: The slot as the caller wrote it.
        content_type: Without parameters, lower case.
        key: The password, if the link carries it.
    """

    slot: str
    content_type: str
    content_encoding: str | None
    content_length: int | None
    key: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Acceptance:
    """A request that may go on: what applies to it from now to its end.

    Attributes:
        deadline: The end of its sync window; everything that follows is inside it.
        password_known: Whether the link carried the right password.
    """

    slot: Slot
    settings: Settings
    deadline: Deadline
    password_known: bool


@frozen(kw_only=True)
class AcceptUpload:
    """Decide by a request's head whether its photo is worth sending. Changes nothing."""

    slots: SlotRepoPort
    settings: SettingsRepoPort
    clock: ClockPort
    check_password: CheckPassword

    async def __call__(self, head: UploadHead) -> Acceptance:
        """Return what applies to the upload; its sync window starts with this call.

        Raises:
            UnsupportedMediaType: If the body is encoded.
            SlotNotFound, SlotDisabled: If there is no such slot, or it is off.
            PayloadTooLarge: If the announced length is beyond the slot's limit.
            InvalidRequest: If it is no form.
            InvalidPassword: If the link carries a wrong password.
            QueueUnavailable: If slots or settings cannot be read.
        """
        monotonic, now = self.clock.monotonic(), self.clock.now()
        if head.content_encoding is not None:
            raise UnsupportedMediaType(f"content encoding {head.content_encoding!r}")
        slot = await self.slots.get(slot_id(head.slot))
        if not slot.is_active:
            raise SlotDisabled(slot.slot_id)
        _check_form(head, slot)
        settings = await self.settings.read()
        return Acceptance(
            slot=slot,
            settings=settings,
            deadline=Deadline.after(settings.window(slot), monotonic=monotonic, now=now),
            password_known=await self._knows_password(head, slot, settings),
        )

    async def _knows_password(self, head: UploadHead, slot: Slot, settings: Settings) -> bool:
        if head.key is None:
            return False
        await self.check_password(head.key, slot, settings)
        return True


def _check_form(head: UploadHead, slot: Slot) -> None:
    if head.content_length is not None and head.content_length > slot.size_limit + ENVELOPE:
        raise PayloadTooLarge(
            f"{head.content_length} bytes announced", details={"limit_bytes": slot.size_limit}
        )
    if head.content_type != "multipart/form-data":
        raise InvalidRequest("Content-Type", Problem.MALFORMED, head.content_type)
