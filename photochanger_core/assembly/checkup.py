"""A look at the whole service, which needs less of the outside than the service does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from attrs import field, frozen

from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.database import DatabasePort
from photochanger_core.ports.disk import DiskPort
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.images import ImagesPort
from photochanger_core.ports.job_list import JobListPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.runs import RunsPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from photochanger_core.ports.stats import StatsPort
from photochanger_core.use_cases.check_provider import CheckProvider
from photochanger_core.use_cases.check_slot import CheckSlot
from photochanger_core.use_cases.draw_picture import DrawPicture
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


@frozen(kw_only=True)
class CheckupPorts:
    """What a checkup needs from outside; each as in `Ports`, if it is not told here.

    Attributes:
        media_health: Whether pictures can be stored.
        is_public: Whether strangers reach this server.
        has_public_address: Whether providers can fetch pictures from it.
    """

    database: DatabasePort
    disk: DiskPort
    media_health: HealthPort
    slots: SlotRepoPort
    settings: SettingsRepoPort
    results: ResultRepoPort
    job_list: JobListPort
    stats: StatsPort
    media: MediaStorePort
    media_rows: MediaRepoPort
    media_objects: ObjectStorePort
    images: ImagesPort
    providers: Mapping[str, ProviderPort]
    accounts: AccountRepoPort
    clock: ClockPort
    runs: RunsPort
    new_media_id: Callable[[], MediaId] = field(repr=False)
    new_key: Callable[[], str] = field(repr=False)
    is_public: bool
    has_public_address: bool


@frozen
class Checkup:
    """A look at the whole service, over a set of ports."""

    _ports: CheckupPorts

    @property
    def run(self) -> RunCheckup:
        """What looks at many things at once."""
        return RunCheckup(clock=self._ports.clock, runs=self._ports.runs)

    @property
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
            ROOM: self._media.headroom,
            SLOTS: self._slots,
            TEMPLATES: self._templates,
            **{name: partial(examine_provider, name) for name in sorted(self._ports.providers)},
            PACE: pace,
            DELIVERY: pace.deliveries,
            CLEANUP: ExamineCleanup(results=self._ports.results, clock=self._ports.clock),
        }

    @property
    def _clock(self) -> ExamineClock:
        return ExamineClock(clock=self._ports.clock, job_list=self._ports.job_list)

    @property
    def _media(self) -> ExamineMedia:
        return ExamineMedia(
            media=self._ports.media_health,
            disk=self._ports.disk,
            stats=self._ports.stats,
            settings=self._ports.settings,
            clock=self._ports.clock,
        )

    @property
    def _slots(self) -> ExamineSlots:
        return ExamineSlots(
            slots=self._ports.slots,
            settings=self._ports.settings,
            check_slot=CheckSlot(
                media=self._ports.media_rows,
                providers=self._ports.providers,
                new_key=self._ports.new_key,
                has_public_address=self._ports.has_public_address,
            ),
            is_public=self._ports.is_public,
        )

    @property
    def _templates(self) -> ExamineTemplates:
        return ExamineTemplates(
            slots=self._ports.slots,
            rows=self._ports.media_rows,
            objects=self._ports.media_objects,
            draw_picture=DrawPicture(images=self._ports.images, media=self._ports.media),
        )

    @property
    def _providers(self) -> ExamineProviders:
        return ExamineProviders(
            slots=self._ports.slots,
            check_provider=CheckProvider(
                slots=self._ports.slots,
                providers=self._ports.providers,
                clock=self._ports.clock,
                runs=self._ports.runs,
            ),
        )

    @property
    def _pace(self) -> ExaminePace:
        return ExaminePace(
            slots=self._ports.slots,
            settings=self._ports.settings,
            stats=self._ports.stats,
            clock=self._ports.clock,
        )
