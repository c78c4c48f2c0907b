"""The way of a photo, from its upload to its picture."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.abandon_job import AbandonJob
from photochanger_core.use_cases.accept_upload import AcceptUpload
from photochanger_core.use_cases.ask_provider import AskProvider
from photochanger_core.use_cases.check_hash import CheckHash
from photochanger_core.use_cases.check_password import CheckPassword
from photochanger_core.use_cases.close_job import CloseJob
from photochanger_core.use_cases.get_picture import GetPicture
from photochanger_core.use_cases.ingest_photo import IngestPhoto
from photochanger_core.use_cases.lend_media import LendMedia
from photochanger_core.use_cases.limit_requests import LimitRequests
from photochanger_core.use_cases.open_templates import OpenTemplates
from photochanger_core.use_cases.prepare_photo import PreparePhoto
from photochanger_core.use_cases.preview_ahead import PreviewAhead
from photochanger_core.use_cases.process_photo import ProcessPhoto
from photochanger_core.use_cases.receive_upload import ReceiveUpload
from photochanger_core.use_cases.receiving import Receiving
from photochanger_core.use_cases.run_job import RunJob
from photochanger_core.use_cases.tell_ingest import TellIngest
from photochanger_core.use_cases.tell_when import TellWhen
from photochanger_core.use_cases.test_slot import TestSlot
from photochanger_core.use_cases.throttle_passwords import ThrottlePasswords

from .slots import Slots


class Photos(Slots):
    """Use cases about photos that come in."""

    @cached_property
    def limit_requests(self) -> LimitRequests:
        return LimitRequests(settings=self._ports.settings, clock=self._ports.clock)

    @cached_property
    def accept_upload(self) -> AcceptUpload:
        return AcceptUpload(
            slots=self._ports.slots,
            settings=self._ports.settings,
            jobs=self._ports.jobs,
            runs=self._ports.runs,
            clock=self._ports.clock,
            receiving=self._receiving,
            limit_requests=self.limit_requests,
            throttle=self._throttle,
            check_password=self._check_password,
            tell_when=self._tell_when,
            tell_ingest=self._tell_ingest,
        )

    @cached_property
    def ingest_photo(self) -> IngestPhoto:
        return IngestPhoto(
            clock=self._ports.clock,
            receiving=self._receiving,
            tell_when=self._tell_when,
            tell_ingest=self._tell_ingest,
            check_password=self._check_password,
            receive_upload=ReceiveUpload(media=self._ports.media),
            check_hash=CheckHash(events=self._ports.events, runs=self._ports.runs),
            process_photo=self._process_photo,
        )

    @cached_property
    def test_slot(self) -> TestSlot:
        return TestSlot(
            settings=self._ports.settings,
            audit=self._ports.audit,
            clock=self._ports.clock,
            configure_slot=self.configure_slot,
            process_photo=self._process_photo,
        )

    @cached_property
    def _receiving(self) -> Receiving:
        return Receiving()

    @cached_property
    def _throttle(self) -> ThrottlePasswords:
        return ThrottlePasswords(clock=self._ports.clock)

    @cached_property
    def _check_password(self) -> CheckPassword:
        return CheckPassword(
            passwords=self._ports.passwords, events=self._ports.events, throttle=self._throttle
        )

    @cached_property
    def _tell_when(self) -> TellWhen:
        return TellWhen(
            health=self._ports.provider_health, clock=self._ports.clock, events=self._ports.events
        )

    @cached_property
    def _tell_ingest(self) -> TellIngest:
        return TellIngest(clock=self._ports.clock, events=self._ports.events)

    @cached_property
    def _process_photo(self) -> ProcessPhoto:
        return ProcessPhoto(
            media=self._ports.media,
            runs=self._ports.runs,
            turns=self._ports.turns,
            clock=self._ports.clock,
            events=self._ports.events,
            prepare_photo=self._prepare_photo,
            run_job=self._run_job,
            abandon_job=self._abandon_job,
            tell_when=self._tell_when,
            new_job_id=self._ports.new_job_id,
            owner=self._ports.owner,
        )

    @cached_property
    def _prepare_photo(self) -> PreparePhoto:
        return PreparePhoto(providers=self._ports.providers, draw_picture=self._draw_picture)

    @cached_property
    def _abandon_job(self) -> AbandonJob:
        return AbandonJob(
            jobs=self._ports.jobs,
            runs=self._ports.runs,
            clock=self._ports.clock,
            events=self._ports.events,
        )

    @cached_property
    def _run_job(self) -> RunJob:
        return RunJob(
            jobs=self._ports.jobs,
            media=self._ports.media,
            runs=self._ports.runs,
            clock=self._ports.clock,
            events=self._ports.events,
            open_templates=OpenTemplates(
                rows=self._ports.media_rows, objects=self._ports.media_objects
            ),
            prepare_photo=self._prepare_photo,
            get_picture=self._get_picture,
            close_job=self._close_job,
            preview_ahead=PreviewAhead(
                media=self._ports.media,
                images=self._ports.images,
                runs=self._ports.runs,
                clock=self._ports.clock,
                make_preview=self._make_preview,
            ),
            abandon_job=self._abandon_job,
        )

    @cached_property
    def _get_picture(self) -> GetPicture:
        return GetPicture(
            jobs=self._ports.jobs,
            turns=self._ports.turns,
            clock=self._ports.clock,
            health=self._ports.provider_health,
            ask_provider=self._ask_provider,
        )

    @cached_property
    def _ask_provider(self) -> AskProvider:
        return AskProvider(
            providers=self._ports.providers,
            clock=self._ports.clock,
            events=self._ports.events,
            health=self._ports.provider_health,
            lend_media=self._lend_media,
            draw_picture=self._draw_picture,
        )

    @cached_property
    def _lend_media(self) -> LendMedia:
        return LendMedia(
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            clock=self._ports.clock,
            runs=self._ports.runs,
            link=self._ports.provider_link,
            longest=self._ports.provider_link_life,
            new_media_id=self._ports.new_media_id,
        )

    @cached_property
    def _close_job(self) -> CloseJob:
        return CloseJob(
            jobs=self._ports.jobs,
            media=self._ports.media,
            clock=self._ports.clock,
            events=self._ports.events,
            health=self._ports.provider_health,
        )
