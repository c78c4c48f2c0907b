"""Decide by a request's head whether its photo is worth sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attrs import field, frozen

from photochanger_core.domain.correlation import correlation_id
from photochanger_core.domain.deadline import Deadline
from photochanger_core.domain.errors import (
    InvalidRequest,
    PayloadTooLarge,
    QueueBusy,
    RateLimited,
    SlotDisabled,
    UnsupportedMediaType,
)
from photochanger_core.domain.ids import slot_id
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.settings import Settings
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort, Limits
from photochanger_core.ports.runs import RunsPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .acceptance import Acceptance
from .check_password import CheckPassword
from .limit_requests import LimitRequests, RequestKind
from .receive_upload import MAX_PARTS, MAX_TEXT_BYTES
from .receiving import Receiving
from .tell_ingest import TellIngest
from .tell_when import TellWhen
from .throttle_passwords import ThrottlePasswords
from .timing import Timing

MAX_KEY: Final = 255
"""Characters an idempotency key has at most."""

_KEY_HEADER: Final = "Idempotency-Key"
_MAX_PART_HEAD: Final = 1024
ENVELOPE: Final = MAX_PARTS * (MAX_TEXT_BYTES + _MAX_PART_HEAD)
"""Bytes that a request may have beyond its photo: everything a booth may say about it."""


@frozen(kw_only=True)
class UploadHead:
    """What is known of a request before its body.

    Attributes:
        slot: The slot as the caller wrote it.
        address: Of the caller.
        content_type: Without parameters, lower case.
        key: The password, if the link carries it.
        idempotency_keys: As often as the header is there.
        correlation_id: The request's name in the log, for the job that it may begin.
    """

    slot: str
    address: str
    content_type: str
    content_encoding: str | None
    content_length: int | None
    key: str | None = field(default=None, repr=False)
    idempotency_keys: Sequence[str] = field(default=(), repr=False)
    correlation_id: str | None = field(default=None, validator=correlation_id)


@frozen(kw_only=True)
class AcceptUpload:
    """Decide by a request's head whether its photo is worth sending. Begins nothing.

    Whoever is refused here is told of; whoever is not, by `IngestPhoto`.
    """

    slots: SlotRepoPort
    settings: SettingsRepoPort
    jobs: JobRepoPort
    runs: RunsPort
    clock: ClockPort
    receiving: Receiving
    limit_requests: LimitRequests
    throttle: ThrottlePasswords
    check_password: CheckPassword
    tell_when: TellWhen
    tell_ingest: TellIngest

    async def __call__(self, head: UploadHead) -> Acceptance:
        """Return what applies to the upload; its sync window starts with this call.

        Raises:
            RateLimited: If the caller asks too fast, or the slot has had its photos of the day.
            UnsupportedMediaType: If the body is encoded.
            SlotNotFound, SlotDisabled: If there is no such slot, or it is off.
            PayloadTooLarge: If the announced length is beyond the slot's limit.
            InvalidRequest: If it is no form, or its idempotency key is none.
            Throttled: If the caller has sent too many wrong passwords.
            InvalidPassword: If the link carries a wrong password.
            QueueBusy: If there is no room for the photo, or its job.
            QueueUnavailable: If the database does not answer.
        """
        began, now = self.clock.monotonic(), self.clock.now()
        try:
            return await self._accepted(head, began, now)
        except BaseException as error:
            self.tell_ingest.refused(head.slot, error, since=began)
            raise

    async def _accepted(self, head: UploadHead, began: float, now: datetime) -> Acceptance:
        await self.limit_requests(RequestKind.INGEST, head.address)
        slot = await self._slot(head)
        idempotency_key = _idempotency_key(head.idempotency_keys)
        settings = await self.settings.read()
        accepted = Acceptance(
            slot=slot,
            settings=settings,
            address=head.address,
            began=began,
            deadline=Deadline.after(settings.window(slot), monotonic=began, now=now),
            password_known=await self._knows_password(head, slot, settings),
            idempotency_key=idempotency_key,
            correlation_id=head.correlation_id,
            timing=Timing(began),
        )
        await self._check_room(accepted)
        return accepted

    async def _slot(self, head: UploadHead) -> Slot:
        if head.content_encoding is not None:
            raise UnsupportedMediaType(f"content encoding {head.content_encoding!r}")
        slot = await self.slots.get(slot_id(head.slot))
        if not slot.is_active:
            raise SlotDisabled(slot.slot_id)
        _check_form(head, slot)
        if slot.ingest_password_required:
            self.throttle.check(head.address, slot.slot_id)
        return slot

    async def _knows_password(self, head: UploadHead, slot: Slot, settings: Settings) -> bool:
        if head.key is None:
            return False
        await self.check_password(head.key, slot, settings, address=head.address)
        return True

    async def _check_room(self, accepted: Acceptance) -> None:
        slot = accepted.slot
        try:
            self.receiving.check()
            await self.jobs.check_room(
                slot.slot_id,
                Limits.of(slot, accepted.settings),
                now=self.clock.now(),
                key=accepted.idempotency_key,
                live=self.runs.live(),
            )
        except (QueueBusy, RateLimited) as error:
            self.tell_when(error, slot, accepted.settings)
            raise


def _idempotency_key(keys: Sequence[str]) -> str | None:
    """Return the key by which the booth knows its photo, if it says one."""
    if not keys:
        return None
    key, *others = keys
    if others:
        raise InvalidRequest(_KEY_HEADER, Problem.REPEATED)
    if not key:
        raise InvalidRequest(_KEY_HEADER, Problem.EMPTY)
    if len(key) > MAX_KEY:
        raise InvalidRequest(_KEY_HEADER, Problem.TOO_LONG)
    if not (key.isascii() and key.isprintable()):
        raise InvalidRequest(_KEY_HEADER, Problem.MALFORMED)
    return key


def _check_form(head: UploadHead, slot: Slot) -> None:
    if head.content_length is not None and head.content_length > slot.size_limit + ENVELOPE:
        raise PayloadTooLarge(
            f"{head.content_length} bytes announced", details={"limit_bytes": slot.size_limit}
        )
    if head.content_type != "multipart/form-data":
        raise InvalidRequest("Content-Type", Problem.MALFORMED, head.content_type)
