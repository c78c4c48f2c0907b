"""What backups need from outside."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.all_rows import AllRowsPort
from photochanger_core.ports.backup_mark import BackupMarkPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.installation import InstallationPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_mark import MediaMarkPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.seals import SealsPort


@frozen(kw_only=True)
class ArchivePorts:
    """What backups need from outside: less than a server does, and nothing that serves."""

    rows: AllRowsPort
    jobs: JobRepoPort
    installation: InstallationPort
    media_mark: MediaMarkPort
    backup_mark: BackupMarkPort
    media: MediaStorePort
    media_rows: MediaRepoPort
    media_objects: ObjectStorePort
    accounts: AccountRepoPort
    provider_keys: ProviderKeysPort
    seals: SealsPort
    clock: ClockPort
