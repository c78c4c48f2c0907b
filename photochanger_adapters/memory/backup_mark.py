"""The mark of the last backup, in memory."""

from __future__ import annotations

from datetime import datetime

from attrs import define

from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.ports.backup_mark import BackupMarkPort


@define
class MemoryBackupMark(BackupMarkPort):
    """The mark of the last backup, in memory.

    Attributes:
        mark: The moment; None: there was none.
        failing: Raised instead of writing.
    """

    mark: datetime | None = None
    failing: StorageFull | StorageUnavailable | None = None

    async def read(self) -> datetime | None:
        return self.mark

    async def write(self, moment: datetime) -> None:
        if self.failing is not None:
            raise self.failing
        self.mark = moment
