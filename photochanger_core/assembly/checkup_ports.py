"""What a look at the whole service needs from outside: less than the service does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import field, frozen

from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.database import DatabasePort
from photochanger_core.ports.disk import DiskPort
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.images import ImagesPort
from photochanger_core.ports.installation import InstallationPort
from photochanger_core.ports.job_list import JobListPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_mark import MediaMarkPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.runs import RunsPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from photochanger_core.ports.stats import StatsPort


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
    jobs: JobRepoPort
    installation: InstallationPort
    media_mark: MediaMarkPort
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
