"""What the core needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from attrs import field, frozen

from photochanger_core.domain.ids import JobId, MediaId
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.backup_mark import BackupMarkPort
from photochanger_core.ports.changes import ChangesPort
from photochanger_core.ports.cleanup_runs import CleanupRunsPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.disk import DiskPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.gallery_links import GalleryLinksPort
from photochanger_core.ports.health import HealthPort
from photochanger_core.ports.images import ImagesPort
from photochanger_core.ports.installation import InstallationPort
from photochanger_core.ports.job_list import JobListPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.load import LoadPort
from photochanger_core.ports.login_failures import LoginFailuresPort
from photochanger_core.ports.media_mark import MediaMarkPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.metrics import MetricsPort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.provider_health import ProviderHealthPort
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.revoked_tokens import RevokedTokensPort
from photochanger_core.ports.runs import RunsPort
from photochanger_core.ports.seals import SealsPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from photochanger_core.ports.stats import StatsPort
from photochanger_core.ports.stray_files import StrayFilesPort
from photochanger_core.ports.tokens import TokensPort
from photochanger_core.ports.traces import TracesPort
from photochanger_core.ports.turns import TurnsPort


@frozen(kw_only=True)
class Ports:
    """Everything the core needs from outside.

    Attributes:
        providers: By the name that slots give.
        environment_keys: Keys by provider, used where the database has none.
        load: Parts of this process that may be busy.
        health: Parts without which no photo can be processed.
        new_job_id: Returns a UUIDv4 never returned before.
        new_media_id: Returns the id of a media object, which nobody can guess.
        provider_link: Returns where a provider fetches a media object; None: this server is not
            reached from outside.
        provider_link_life: How long such a link leads somewhere at most.
        new_key: Returns text for links that nobody can guess.
        new_token_id: Returns the id of a token, never returned before.
        owner: The stable name of this server; no two running servers share it.
    """

    slots: SlotRepoPort
    settings: SettingsRepoPort
    jobs: JobRepoPort
    results: ResultRepoPort
    gallery_links: GalleryLinksPort
    job_list: JobListPort
    stats: StatsPort
    changes: ChangesPort
    turns: TurnsPort
    installation: InstallationPort
    media_mark: MediaMarkPort
    backup_mark: BackupMarkPort
    media: MediaStorePort
    media_rows: MediaRepoPort
    media_objects: ObjectStorePort
    stray_files: StrayFilesPort
    disk: DiskPort
    images: ImagesPort
    providers: Mapping[str, ProviderPort]
    provider_health: ProviderHealthPort
    provider_keys: ProviderKeysPort
    environment_keys: Mapping[str, str] = field(factory=dict, repr=False)
    seals: SealsPort
    passwords: PasswordsPort
    clock: ClockPort
    runs: RunsPort
    events: EventsPort
    metrics: MetricsPort
    load: Sequence[LoadPort] = ()
    audit: AuditPort
    cleanup_runs: CleanupRunsPort
    traces: TracesPort
    accounts: AccountRepoPort
    tokens: TokensPort
    login_failures: LoginFailuresPort
    revoked_tokens: RevokedTokensPort
    health: Sequence[HealthPort]
    new_job_id: Callable[[], JobId]
    new_media_id: Callable[[], MediaId]
    new_key: Callable[[], str]
    new_token_id: Callable[[], str]
    provider_link: Callable[[MediaId], str] | None = None
    provider_link_life: timedelta = timedelta(hours=1)
    owner: str

    @property
    def has_public_address(self) -> bool:
        """Whether providers can fetch pictures from here."""
        return self.provider_link is not None
