"""The fifteen slots, and what their photos go along with."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from photochanger_core.use_cases.check_provider import CheckProvider
from photochanger_core.use_cases.check_slot import CheckSlot
from photochanger_core.use_cases.configure_slot import ConfigureSlot
from photochanger_core.use_cases.copy_slot import CopySlot
from photochanger_core.use_cases.delete_template import DeleteTemplate
from photochanger_core.use_cases.describe_providers import DescribeProviders
from photochanger_core.use_cases.export_slots import ExportSlots
from photochanger_core.use_cases.import_slots import ImportSlots
from photochanger_core.use_cases.keep_picture import KeepPicture
from photochanger_core.use_cases.list_templates import ListTemplates
from photochanger_core.use_cases.open_upload import OpenUpload
from photochanger_core.use_cases.races import OneByOne
from photochanger_core.use_cases.read_slot_history import ReadSlotHistory
from photochanger_core.use_cases.read_slots import ReadSlots
from photochanger_core.use_cases.read_template import ReadTemplate
from photochanger_core.use_cases.receive_form import ReceiveForm
from photochanger_core.use_cases.receiving import Receiving
from photochanger_core.use_cases.register_template import RegisterTemplate
from photochanger_core.use_cases.register_upload import RegisterUpload
from photochanger_core.use_cases.reset_slot import ResetSlot
from photochanger_core.use_cases.roll_back_slot import RollBackSlot
from photochanger_core.use_cases.save_slot import SaveSlot
from photochanger_core.use_cases.take_templates import TakeTemplates

from .purging import Purging
from .shared import check_provider, check_slot

_MOST_FORMS: Final = 8
"""Forms of administrators on their way at once: each is a file of 20 MiB at most."""


class Slots(Purging):
    """Use cases about slots, their templates and their providers."""

    @cached_property
    def read_slots(self) -> ReadSlots:
        return ReadSlots(
            slots=self._ports.slots,
            results=self._ports.results,
            providers=self._ports.providers,
            provider_health=self._ports.provider_health,
            clock=self._ports.clock,
        )

    @cached_property
    def read_slot_history(self) -> ReadSlotHistory:
        return ReadSlotHistory(slots=self._ports.slots)

    @cached_property
    def configure_slot(self) -> ConfigureSlot:
        return ConfigureSlot(
            slots=self._ports.slots,
            providers=self._ports.providers,
            passwords=self._ports.passwords,
            save_slot=self._save_slot,
            one_by_one=self._one_by_one,
        )

    @cached_property
    def reset_slot(self) -> ResetSlot:
        return ResetSlot(
            slots=self._ports.slots, save_slot=self._save_slot, one_by_one=self._one_by_one
        )

    @cached_property
    def copy_slot(self) -> CopySlot:
        return CopySlot(
            slots=self._ports.slots, save_slot=self._save_slot, one_by_one=self._one_by_one
        )

    @cached_property
    def roll_back_slot(self) -> RollBackSlot:
        return RollBackSlot(
            slots=self._ports.slots, save_slot=self._save_slot, one_by_one=self._one_by_one
        )

    @cached_property
    def export_slots(self) -> ExportSlots:
        return ExportSlots(
            slots=self._ports.slots, rows=self._ports.media_rows, objects=self._ports.media_objects
        )

    @cached_property
    def import_slots(self) -> ImportSlots:
        return ImportSlots(
            slots=self._ports.slots,
            rows=self._ports.media_rows,
            check_slot=self._check_slot,
            save_slot=self._save_slot,
            take_templates=TakeTemplates(
                rows=self._ports.media_rows,
                objects=self._ports.media_objects,
                clock=self._ports.clock,
                register_template=self.register_template,
            ),
        )

    @cached_property
    def describe_providers(self) -> DescribeProviders:
        return DescribeProviders(
            providers=self._ports.providers, has_public_address=self._ports.has_public_address
        )

    @cached_property
    def check_provider(self) -> CheckProvider:
        return check_provider(self._ports)

    @cached_property
    def register_template(self) -> RegisterTemplate:
        return RegisterTemplate(
            rows=self._ports.media_rows, audit=self._ports.audit, keep_picture=self._keep_picture
        )

    @cached_property
    def list_templates(self) -> ListTemplates:
        return ListTemplates(rows=self._ports.media_rows, slots=self._ports.slots)

    @cached_property
    def read_template(self) -> ReadTemplate:
        return ReadTemplate(
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            draw_picture=self._draw_picture,
        )

    @cached_property
    def delete_template(self) -> DeleteTemplate:
        return DeleteTemplate(
            slots=self._ports.slots,
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            audit=self._ports.audit,
            clock=self._ports.clock,
            read_template=self.read_template,
            save_slot=self._save_slot,
            one_by_one=self._one_by_one,
        )

    @cached_property
    def register_upload(self) -> RegisterUpload:
        return RegisterUpload(keep_picture=self._keep_picture)

    @cached_property
    def open_upload(self) -> OpenUpload:
        return OpenUpload(
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            clock=self._ports.clock,
            purge_media=self.purge_media,
        )

    @cached_property
    def receive_form(self) -> ReceiveForm:
        return ReceiveForm(
            media=self._ports.media, clock=self._ports.clock, receiving=Receiving(most=_MOST_FORMS)
        )

    @cached_property
    def _one_by_one(self) -> OneByOne:
        return OneByOne(what="slots", runs=self._ports.runs, clock=self._ports.clock)

    @cached_property
    def _save_slot(self) -> SaveSlot:
        return SaveSlot(
            slots=self._ports.slots,
            audit=self._ports.audit,
            clock=self._ports.clock,
            check_slot=self._check_slot,
        )

    @cached_property
    def _check_slot(self) -> CheckSlot:
        return check_slot(self._ports)

    @cached_property
    def _keep_picture(self) -> KeepPicture:
        return KeepPicture(
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            clock=self._ports.clock,
            draw_picture=self._draw_picture,
            new_media_id=self._ports.new_media_id,
        )
