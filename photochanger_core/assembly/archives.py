"""Backups of a whole installation, made and restored."""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.all_rows import AllRowsPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.media_store import MediaStorePort
from photochanger_core.ports.object_store import ObjectStorePort
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.seals import SealsPort
from photochanger_core.use_cases.back_up import BackUp
from photochanger_core.use_cases.picture_files import PictureFiles
from photochanger_core.use_cases.restore_backup import RestoreBackup


@frozen(kw_only=True)
class ArchivePorts:
    """What backups need from outside: less than a server does, and nothing that serves."""

    rows: AllRowsPort
    jobs: JobRepoPort
    media: MediaStorePort
    media_rows: MediaRepoPort
    media_objects: ObjectStorePort
    accounts: AccountRepoPort
    provider_keys: ProviderKeysPort
    seals: SealsPort
    clock: ClockPort


class Archives:
    """Use cases about backups."""

    def __init__(self, ports: ArchivePorts) -> None:
        self._ports = ports

    @cached_property
    def back_up(self) -> BackUp:
        return BackUp(
            rows=self._ports.rows,
            files=self._files,
            accounts=self._ports.accounts,
            clock=self._ports.clock,
        )

    @cached_property
    def restore_backup(self) -> RestoreBackup:
        return RestoreBackup(
            rows=self._ports.rows,
            files=self._files,
            accounts=self._ports.accounts,
            keys=self._ports.provider_keys,
            seals=self._ports.seals,
            clock=self._ports.clock,
        )

    @cached_property
    def _files(self) -> PictureFiles:
        return PictureFiles(
            jobs=self._ports.jobs,
            media=self._ports.media,
            media_rows=self._ports.media_rows,
            media_objects=self._ports.media_objects,
        )
