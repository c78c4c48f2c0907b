"""Have an installation hold what is in an archive."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing, suppress

from attrs import define, field, frozen

from photochanger_core.domain.account import Account
from photochanger_core.domain.archive import (
    AccountsPart,
    ArchiveDamaged,
    Obstacle,
    PicturePart,
    Promised,
    RestoreRefused,
    RowsPart,
    Tell,
    tell_nobody,
)
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.all_rows import AllRowsPort, Replacement
from photochanger_core.ports.archive import ArchivePort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.seals import SealsPort

from .picture_files import PictureFiles
from .recognise_media import RecogniseMedia


@frozen(kw_only=True)
class Restored:
    """What was restored.

    Attributes:
        missing: Pictures that rows promise and that are not in the archive, though their time is
            not over; they count as removed.
        changed: Pictures that are not what was stored once; they are restored so.
        accounts: So many were taken from the archive.
        accounts_left: So many were not, as there are some here that stay.
        unreadable_keys: Providers whose keys no secret key of this installation opens.
    """

    rows: int
    pictures: int
    bytes: int
    missing: tuple[MediaId, ...]
    changed: tuple[MediaId, ...]
    accounts: int
    accounts_left: int
    unreadable_keys: tuple[str, ...]


@frozen(kw_only=True)
class RestoreBackup:
    """Have an installation hold what is in an archive, and nothing else.

    The archive is read twice: as a whole before anything is changed, and again to restore it. Files
    come before the rows that promise them count, all at once; accounts and then old files follow.
    Killed before, the database is as it was, and files that nobody promises are left for the
    cleaning up; killed after, old files are, or accounts are as they were. In either case restoring
    can begin anew.
    """

    rows: AllRowsPort
    files: PictureFiles
    recognise_media: RecogniseMedia
    accounts: AccountRepoPort
    keys: ProviderKeysPort
    seals: SealsPort
    clock: ClockPort

    async def __call__(
        self, archive: ArchivePort, *, force: bool = False, tell: Tell = tell_nobody
    ) -> Restored:
        """Restore *archive* and return what there was in it.

        Args:
            archive: What is to be restored.
            force: Replace all that there is, and accounts of the same name. Without it accounts
                come only where there are none.
            tell: Hears of the progress, in bytes of the archive.

        Raises:
            ArchiveDamaged: If the archive is not whole, or makes no sense.
            RestoreRefused: If something is in the way.
            QueueUnavailable, StorageFull, StorageUnavailable: If something cannot be stored.
            AccountsUnavailable: The same of accounts; all else is restored then, and old files
                are left for the cleaning up.
        """
        manifest = await archive.manifest()
        await _check(archive, tell)
        work = _Work(files=self.files)
        try:
            async with self.rows.replacement(manifest, force=force) as new:
                await self._replace(archive, new, work, force=force, tell=tell)
        except BaseException:
            await work.undo()
            raise
        return work.restored(await self._unreadable_keys())

    async def _replace(
        self, archive: ArchivePort, new: Replacement, work: _Work, *, force: bool, tell: Tell
    ) -> None:
        """Put what *archive* holds in place of what there is, in the order that crashes ask for."""
        if not force:
            await self._check_no_pictures()
        await work.put_all(archive, new, tell)
        work.missing = await new.missing(self.clock.now())
        await new.commit()
        await self.recognise_media.claim()
        work.accounts_kept = await self._keep_accounts(work.accounts or (), force=force)
        if force:
            await self.files.keep_only(work.put, self.clock.now())

    async def _check_no_pictures(self) -> None:
        if await self.files.any_kept(self.clock.now()):
            raise RestoreRefused(
                "the folder of media holds pictures already; --force replaces them",
                Obstacle.PICTURES_THERE,
            )

    async def _keep_accounts(self, accounts: Sequence[Account], *, force: bool) -> int:
        if accounts and not force:
            return len(accounts) if await self.accounts.add_first(accounts) else 0
        await self.accounts.save_all(accounts)
        return len(accounts)

    async def _unreadable_keys(self) -> tuple[str, ...]:
        keys = (await self.keys.all()).items()
        return tuple(name for name, key in keys if self.seals.opened(key.sealed) is None)


async def _check(archive: ArchivePort, tell: Tell) -> None:
    """Read all of *archive*, so that nothing is begun with one that is damaged."""
    async with aclosing(archive.parts("checking", tell)) as parts:
        async for _ in parts:
            pass


@define(kw_only=True)
class _Work:
    """What has been done of a restoration."""

    files: PictureFiles
    rows: int = 0
    bytes: int = 0
    put: list[Promised] = field(factory=list)
    changed: list[MediaId] = field(factory=list)
    accounts: tuple[Account, ...] | None = None
    accounts_kept: int = 0
    missing: Sequence[MediaId] = ()

    def restored(self, unreadable_keys: tuple[str, ...]) -> Restored:
        return Restored(
            rows=self.rows,
            pictures=len(self.put),
            bytes=self.bytes,
            missing=tuple(self.missing),
            changed=tuple(self.changed),
            accounts=self.accounts_kept,
            accounts_left=len(self.accounts or ()) - self.accounts_kept,
            unreadable_keys=unreadable_keys,
        )

    async def put_all(self, archive: ArchivePort, new: Replacement, tell: Tell) -> None:
        async with aclosing(archive.parts("restoring", tell)) as parts:
            async for part in parts:
                match part:
                    case RowsPart():
                        await new.load(part)
                        self.rows += len(part.lines)
                    case PicturePart():
                        await self._put(part, await new.expect(part.media_id))
                    case AccountsPart():
                        self._take(part.accounts)

    async def undo(self) -> None:
        """Remove the files that were put, unless rows promise them, now as before."""
        with suppress(CoreError):  # what stays is for the cleaning up
            for promised in self.put:
                if not await self.files.is_promised(promised):
                    await self.files.discard(promised)

    async def _put(self, part: PicturePart, promised: Promised) -> None:
        if part.size != promised.size:
            raise ArchiveDamaged(f"a picture has not the size that its row says: {part.media_id}")
        self.put.append(promised)
        if await self.files.keep(promised, part.chunks) != promised.sha256:
            self.changed.append(promised.media_id)
        self.bytes += part.size

    def _take(self, accounts: tuple[Account, ...]) -> None:
        is_once = len({account.name for account in accounts}) == len(accounts)
        if self.accounts is not None or not is_once:
            raise ArchiveDamaged("the archive tells of its accounts twice")
        self.accounts = accounts
