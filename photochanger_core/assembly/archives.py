"""Backups of a whole installation, made and restored."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.back_up import BackUp
from photochanger_core.use_cases.restore_backup import RestoreBackup

from .archive_ports import ArchivePorts
from .shared import picture_files, recognise_media

__all__ = ["ArchivePorts", "Archives"]


class Archives:
    """Use cases about backups."""

    def __init__(self, ports: ArchivePorts) -> None:
        self._ports = ports

    @cached_property
    def back_up(self) -> BackUp:
        return BackUp(
            rows=self._ports.rows,
            files=picture_files(self._ports),
            accounts=self._ports.accounts,
            mark=self._ports.backup_mark,
            clock=self._ports.clock,
        )

    @cached_property
    def restore_backup(self) -> RestoreBackup:
        return RestoreBackup(
            rows=self._ports.rows,
            files=picture_files(self._ports),
            recognise_media=recognise_media(self._ports),
            accounts=self._ports.accounts,
            keys=self._ports.provider_keys,
            seals=self._ports.seals,
            clock=self._ports.clock,
        )
