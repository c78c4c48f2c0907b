"""A look at the whole service, which needs less of the outside than the service does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial

from photochanger_core.use_cases.examine_accounts import ACCOUNTS, ExamineAccounts
from photochanger_core.use_cases.examine_cleanup import CLEANUP, ExamineCleanup
from photochanger_core.use_cases.examine_clock import CLOCK, ExamineClock
from photochanger_core.use_cases.examine_database import DATABASE, ExamineDatabase
from photochanger_core.use_cases.examine_media import MEDIA, ROOM, ExamineMedia
from photochanger_core.use_cases.examine_pace import DELIVERY, PACE, ExaminePace
from photochanger_core.use_cases.examine_providers import ExamineProviders
from photochanger_core.use_cases.examine_slots import SLOTS, ExamineSlots
from photochanger_core.use_cases.examine_templates import TEMPLATES, ExamineTemplates
from photochanger_core.use_cases.lend_probe import LendProbe
from photochanger_core.use_cases.run_checkup import Examine, RunCheckup

from .checkup_ports import CheckupPorts
from .shared import check_provider, check_slot, draw_picture, recognise_media

__all__ = ["Checkup", "CheckupPorts"]


class Checkup:
    """A look at the whole service, over a set of ports."""

    def __init__(self, ports: CheckupPorts) -> None:
        self._ports = ports

    @cached_property
    def run(self) -> RunCheckup:
        """What looks at many things at once."""
        return RunCheckup(clock=self._ports.clock, runs=self._ports.runs)

    @cached_property
    def lend_probe(self) -> LendProbe:
        """What a server with the same database and media hands out for a moment."""
        return LendProbe(
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            clock=self._ports.clock,
            new_media_id=self._ports.new_media_id,
        )

    def first(self) -> Mapping[str, Examine]:
        """Return what can be looked at whatever the state of the database."""
        return {
            CLOCK: self._clock,
            DATABASE: ExamineDatabase(database=self._ports.database, clock=self._ports.clock),
            MEDIA: self._media,
            ACCOUNTS: ExamineAccounts(accounts=self._ports.accounts),
        }

    def further(self) -> Mapping[str, Examine]:
        """Return what can be looked at in a database with which all is well."""
        examine_provider, pace = self._providers, self._pace
        return {
            f"{CLOCK} and jobs": self._clock.against_jobs,
            f"{MEDIA} and rows": self._media.owner,
            ROOM: self._media.headroom,
            SLOTS: self._slots,
            TEMPLATES: self._templates,
            **{name: partial(examine_provider, name) for name in sorted(self._ports.providers)},
            PACE: pace,
            DELIVERY: pace.deliveries,
            CLEANUP: ExamineCleanup(results=self._ports.results, clock=self._ports.clock),
        }

    @cached_property
    def _clock(self) -> ExamineClock:
        return ExamineClock(clock=self._ports.clock, job_list=self._ports.job_list)

    @cached_property
    def _media(self) -> ExamineMedia:
        return ExamineMedia(
            media=self._ports.media_health,
            recognise=recognise_media(self._ports),
            disk=self._ports.disk,
            stats=self._ports.stats,
            settings=self._ports.settings,
            clock=self._ports.clock,
        )

    @cached_property
    def _slots(self) -> ExamineSlots:
        return ExamineSlots(
            slots=self._ports.slots,
            settings=self._ports.settings,
            check_slot=check_slot(self._ports),
            is_public=self._ports.is_public,
        )

    @cached_property
    def _templates(self) -> ExamineTemplates:
        return ExamineTemplates(
            slots=self._ports.slots,
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            draw_picture=draw_picture(self._ports),
        )

    @cached_property
    def _providers(self) -> ExamineProviders:
        return ExamineProviders(slots=self._ports.slots, check_provider=check_provider(self._ports))

    @cached_property
    def _pace(self) -> ExaminePace:
        return ExaminePace(
            slots=self._ports.slots,
            settings=self._ports.settings,
            stats=self._ports.stats,
            clock=self._ports.clock,
        )
