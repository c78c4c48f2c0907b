"""Send a booth's photo through its slot and answer with the picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from attrs import frozen

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import InvalidRequest, QueueBusy, UploadTimeout
from photochanger_core.domain.job import JobSource
from photochanger_core.domain.problems import Problem
from photochanger_core.ports.clock import ClockPort

from .acceptance import Acceptance
from .check_hash import CheckHash
from .check_password import CheckPassword
from .process_photo import ProcessPhoto
from .receive_upload import PASSWORD, Part, ReceiveUpload, Upload
from .receiving import Receiving
from .tell_ingest import TellIngest
from .tell_when import TellWhen
from .visit import PhotoRequest, Processed


@frozen(kw_only=True)
class IngestPhoto:
    """Send a booth's photo through its slot, answer with the picture, and tell of it."""

    clock: ClockPort
    receiving: Receiving
    tell_when: TellWhen
    tell_ingest: TellIngest
    check_password: CheckPassword
    receive_upload: ReceiveUpload
    check_hash: CheckHash
    process_photo: ProcessPhoto

    async def __call__(self, accepted: Acceptance, parts: AsyncIterator[Part]) -> Processed:
        """Return the picture, by the deadline of *accepted* or a grace later.

        Raises:
            UploadTimeout: If the upload is not complete by the deadline.
            QueueBusy: If too many photos are on their way, or jobs in flight.
            CoreError: Whatever is wrong with the request, or `ProcessPhoto` raises.
        """
        try:
            processed = await self._processed(accepted, parts)
        except BaseException as error:
            self.tell_ingest.failed(accepted, error)
            raise
        self.tell_ingest.answered(accepted, processed)
        return processed

    async def _processed(self, accepted: Acceptance, parts: AsyncIterator[Part]) -> Processed:
        upload = await self._receive(accepted, parts)
        return await self.process_photo(
            PhotoRequest(
                photo=upload.photo,
                slot=accepted.slot,
                settings=accepted.settings,
                source=JobSource.INGEST,
                deadline=accepted.deadline,
                dedupe=accepted.settings.dedupe_window(accepted.slot),
                idempotency_key=accepted.idempotency_key,
                correlation_id=accepted.correlation_id,
                metadata=upload.metadata,
                timing=accepted.timing,
            )
        )

    async def _receive(self, accepted: Acceptance, parts: AsyncIterator[Part]) -> Upload:
        try:
            with self.receiving.one():
                async with self.clock.until(accepted.deadline.moment):
                    return await self._checked(accepted, await self._upload(accepted, parts))
        except DeadlinePassed:
            raise UploadTimeout from None
        except QueueBusy as error:
            self.tell_when(error, accepted.slot, accepted.settings)
            raise

    async def _upload(self, accepted: Acceptance, parts: AsyncIterator[Part]) -> Upload:
        return await self.receive_upload(
            parts,
            size_limit=accepted.slot.size_limit,
            check_password=partial(
                self.check_password,
                slot=accepted.slot,
                settings=accepted.settings,
                address=accepted.address,
            ),
        )

    async def _checked(self, accepted: Acceptance, upload: Upload) -> Upload:
        try:
            if not (upload.has_password or _may_go_without(accepted)):
                raise InvalidRequest(PASSWORD, Problem.MISSING)
            await self.check_hash(
                upload.photo, upload.hash, accepted.settings.hash_policy, accepted.slot.slot_id
            )
        except BaseException:
            await upload.photo.close()
            raise
        return upload


def _may_go_without(accepted: Acceptance) -> bool:
    return accepted.password_known or not accepted.slot.ingest_password_required
