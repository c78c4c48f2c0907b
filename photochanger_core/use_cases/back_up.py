"""Put everything an installation holds into one archive."""

from __future__ import annotations

from datetime import datetime

from attrs import define, field, frozen

from photochanger_core.domain.archive import Promised, Tell, tell_nobody
from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.all_rows import AllRowsPort, Snapshot
from photochanger_core.ports.backup_mark import BackupMarkPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.new_archive import ArchiveWriter, NewArchivePort

from .picture_files import PictureFiles


@frozen(kw_only=True)
class BackedUp:
    """What is in an archive, and what is not.

    Attributes:
        missing: Pictures that rows promise and that are not there, though their time is not over.
        changed: Pictures that are not, any more, what was stored; they are in the archive so.
        is_noted: Whether those who watch are told that there was a backup.
    """

    rows: int
    pictures: int
    bytes: int
    accounts: int
    missing: tuple[MediaId, ...]
    changed: tuple[MediaId, ...]
    is_noted: bool


@frozen(kw_only=True)
class BackUp:
    """Put everything an installation holds into one archive, while servers go on.

    Rows come first, as of one moment; then the pictures that they promise. A file is there before
    its row is, and goes after its time only: what is not there any more when its turn comes has
    expired meanwhile, and is marked as removed when the archive is restored.
    """

    rows: AllRowsPort
    files: PictureFiles
    accounts: AccountRepoPort
    mark: BackupMarkPort
    clock: ClockPort

    async def __call__(self, archive: NewArchivePort, tell: Tell = tell_nobody) -> BackedUp:
        """Write *archive*, and return what is in it.

        Raises:
            ArchiveError: If it cannot be written, or the rows are being replaced.
            QueueUnavailable, StorageUnavailable: If something cannot be read. There is no archive
                then.
            AccountsUnavailable: The same.
        """
        now = self.clock.now()
        accounts = await self.accounts.all()
        async with (
            self.rows.snapshot(now) as snapshot,
            archive.writing(snapshot.manifest) as writer,
        ):
            rows = await _add_rows(snapshot, writer, tell)
            pictures = _Pictures(files=self.files, clock=self.clock, writer=writer)
            await pictures.add_all(snapshot, now, tell)
            await writer.add_accounts(accounts)
        return BackedUp(
            rows=rows,
            pictures=pictures.count,
            bytes=pictures.bytes,
            accounts=len(accounts),
            missing=tuple(pictures.missing),
            changed=tuple(pictures.changed),
            is_noted=await self._note(),
        )

    async def _note(self) -> bool:
        """Leave a mark for those who watch; an archive is no worse if that fails."""
        try:
            await self.mark.write(self.clock.now())
        except (StorageFull, StorageUnavailable):
            return False
        return True


async def _add_rows(snapshot: Snapshot, writer: ArchiveWriter, tell: Tell) -> int:
    total, done = await snapshot.count_rows(), 0
    async for part in snapshot.rows():
        await writer.add_rows(part)
        done += len(part.lines)
        tell("rows", done, total)
    return done


@define(kw_only=True)
class _Pictures:
    files: PictureFiles
    clock: ClockPort
    writer: ArchiveWriter
    count: int = 0
    bytes: int = 0
    missing: list[MediaId] = field(factory=list)
    changed: list[MediaId] = field(factory=list)

    async def add_all(self, snapshot: Snapshot, now: datetime, tell: Tell) -> None:
        total, done = await snapshot.count_promised(now), 0
        async for promised in snapshot.promised(now):
            await self._add(promised)
            done += 1
            tell("pictures", done, total)

    async def _add(self, promised: Promised) -> None:
        picture = await self.files.open(promised)
        if picture is None:
            await self._miss(promised)
            return
        try:
            digest = await self.writer.add_picture(promised.media_id, picture)
        finally:
            await picture.close()
        self.count += 1
        self.bytes += promised.size
        if digest != promised.sha256:
            self.changed.append(promised.media_id)

    async def _miss(self, promised: Promised) -> None:
        """Note that a picture is not there, unless it was removed since the rows were seen."""
        is_over = promised.is_gone(self.clock.now())
        if not is_over and await self.files.is_promised(promised):
            self.missing.append(promised.media_id)
