"""What backups take along, what restoring leaves, and what it leaves when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Self

import pytest
from attrs import Factory, define, evolve, field

from photochanger_adapters.memory.account_repo import MemoryAccountRepo
from photochanger_adapters.memory.all_rows import MemoryAllRows
from photochanger_adapters.memory.archive import MemoryArchive
from photochanger_adapters.memory.backup_mark import MemoryBackupMark
from photochanger_adapters.memory.installation import MemoryInstallation
from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.media_mark import MemoryMediaMark
from photochanger_adapters.memory.media_repo import MemoryMediaRepo
from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_adapters.memory.object_store import MemoryObjectStore
from photochanger_adapters.memory.provider_keys import MemoryProviderKeys
from photochanger_adapters.memory.seals import MemorySeals
from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_core.assembly.archives import ArchivePorts, Archives
from photochanger_core.domain.account import Account
from photochanger_core.domain.archive import AccountsPart, ArchiveDamaged, RestoreRefused, RowsPart
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import (
    MediaNotFound,
    ResultNotFound,
    StorageFull,
    StorageUnavailable,
)
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from tests.archives import (
    NOON,
    Row,
    job_row,
    media_row,
    memory_rows,
    result_id,
    result_row,
    slot_row,
)
from tests.contract.clocks import SteppedClock
from tests.contract.samples import job_id, media, media_id, result

SLOT = SlotId("slot-001")
SERG, IGOR = (Account.new(n, password_hash=f"of {n}", at=NOON) for n in ("serg", "igor"))


def picture(number: int, about: str = "") -> BytesBlob:
    return BytesBlob(f"picture {number} {about}".encode(), MediaType.JPEG)


def row_of(row: Row, its: BytesBlob) -> Row:
    return row | {"size": str(its.size), "sha256": its.sha256}


@define
class Place:
    """An installation in memory."""

    clock: SteppedClock = field(factory=lambda: SteppedClock(NOON))
    rows: MemoryAllRows = field(factory=memory_rows)
    media: MemoryMediaStore = Factory(lambda self: MemoryMediaStore(self.clock), takes_self=True)
    jobs: MemoryJobRepo = field(factory=MemoryJobRepo)
    installation: MemoryInstallation = field(factory=MemoryInstallation)
    mark: MemoryMediaMark = field(factory=MemoryMediaMark)
    backup_mark: MemoryBackupMark = field(factory=MemoryBackupMark)
    media_rows: MemoryMediaRepo = field(factory=MemoryMediaRepo)
    accounts: MemoryAccountRepo = field(factory=MemoryAccountRepo)
    settings: MemorySettingsRepo = field(factory=MemorySettingsRepo)
    seals: MemorySeals = field(factory=MemorySeals)
    objects: MemoryObjectStore = Factory(
        lambda self: MemoryObjectStore(self.media), takes_self=True
    )

    @classmethod
    async def with_pictures(cls) -> Self:
        place = cls()
        its = [row_of(result_row(n), picture(n)) for n in (1, 2)]
        its.append(row_of(media_row(7), picture(7)))
        place.rows.rows = {
            "slot": [slot_row()],
            "job_history": [job_row(1), job_row(2)],
            "media_object": [*map(dict, its)],
        }
        for number in (1, 2):
            await place.media.keep(SLOT, job_id(number), picture(number))
        await place.objects.keep(template(7), picture(7))
        await place.accounts.save(SERG)
        place.clock.moment += timedelta(minutes=1)
        return place

    @property
    def archives(self) -> Archives:
        return Archives(
            ArchivePorts(
                rows=self.rows,
                jobs=self.jobs,
                installation=self.installation,
                media_mark=self.mark,
                backup_mark=self.backup_mark,
                media=self.media,
                media_rows=self.media_rows,
                media_objects=self.objects,
                accounts=self.accounts,
                provider_keys=MemoryProviderKeys(self.settings),
                seals=self.seals,
                clock=self.clock,
            )
        )

    async def archive(self) -> MemoryArchive:
        archive = MemoryArchive()
        await self.archives.back_up(archive)
        return archive

    async def pictures(self) -> dict[int, bytes]:
        """Return what is stored, by number."""
        found = {}
        for number in (1, 2, 3):
            if content := await content_of(self.media, job_id(number), number):
                found[number] = content
        with suppress(MediaNotFound):
            found[7] = await read(await self.objects.open(template(7)))
        assert self.media.handles == 0
        return found


def template(number: int) -> MediaObject:
    its = picture(number)
    return media(
        number,
        use=MediaUse.TEMPLATE,
        media_type=MediaType.JPEG,
        size=its.size,
        sha256=its.sha256,
    )


async def content_of(store: MemoryMediaStore, its: JobId, number: int) -> bytes | None:
    wanted = evolve(result(), media_type=MediaType.JPEG, size=picture(number).size)
    try:
        return await read(await store.open(SLOT, its, wanted))
    except ResultNotFound:
        return None


async def read(blob: Blob) -> bytes:
    try:
        return b"".join([chunk async for chunk in blob.chunks()])
    finally:
        await blob.close()


ALL = {number: picture(number).content for number in (1, 2, 7)}


async def test_everything_goes_from_one_installation_to_another() -> None:
    old, new = await Place.with_pictures(), Place()
    archive = MemoryArchive()
    told = await old.archives.back_up(archive)
    assert (told.rows, told.pictures, told.bytes) == (6, 3, sum(map(len, ALL.values())))
    assert (told.accounts, told.missing, told.changed) == (1, (), ())
    done = await new.archives.restore_backup(archive)
    assert (done.rows, done.pictures, done.bytes) == (6, 3, told.bytes)
    assert (done.accounts, done.accounts_left, done.unreadable_keys) == (1, 0, ())
    assert new.rows.rows == old.rows.rows
    assert await new.pictures() == ALL
    assert await new.accounts.all() == [SERG]


async def test_what_has_expired_meanwhile_is_restored_as_removed() -> None:
    old, new = await Place.with_pictures(), Place()
    [first, *_] = old.rows.rows["media_object"]
    first["expires_at"] = "2026-11-21 12:01:00+00:00"
    await old.media.discard(SLOT, job_id(1))
    archive = MemoryArchive()
    assert (await old.archives.back_up(archive)).missing == ()
    await new.archives.restore_backup(archive)
    assert (await new.pictures()).keys() == {2, 7}
    [row, *_] = new.rows.rows["media_object"]
    assert row["cleaned_at"] == str(old.clock.moment)


async def test_a_picture_that_is_promised_and_not_there_is_told_of() -> None:
    place = await Place.with_pictures()
    await place.objects.discard(template(7).use, media_id(7))
    await place.media_rows.add(template(7))
    assert (await place.archives.back_up(MemoryArchive())).missing == (media_id(7),)


async def test_a_picture_that_an_administrator_has_deleted_meanwhile_is_not_missed() -> None:
    place = await Place.with_pictures()
    await place.objects.discard(template(7).use, media_id(7))
    told = await place.archives.back_up(MemoryArchive())
    assert (told.pictures, told.missing) == (2, ())


async def test_a_picture_that_is_not_what_was_stored_is_told_of() -> None:
    old, new = await Place.with_pictures(), Place()
    old.rows.rows["media_object"][0]["sha256"] = "0" * 64
    archive = MemoryArchive()
    told = await old.archives.back_up(archive)
    assert [one[-1] for one in told.changed] == ["1"]
    done = await new.archives.restore_backup(archive)
    assert (done.changed, done.missing) == (told.changed, ())
    assert await new.pictures() == ALL


async def test_pictures_that_are_not_in_an_archive_are_told_of() -> None:
    archive, place = await (await Place.with_pictures()).archive(), Place()
    archive.members = [one for one in archive.members if not isinstance(one, tuple)]
    place.clock.moment += timedelta(minutes=2)
    done = await place.archives.restore_backup(archive)
    assert (done.pictures, done.changed) == (0, ())
    assert done.missing == tuple(sorted([result_id(1), result_id(2), media_id(7)]))


async def test_what_an_archive_holds_twice_is_damage() -> None:
    whole = await (await Place.with_pictures()).archive()
    picture_, accounts = whole.members[-2:]
    assert isinstance(accounts, AccountsPart)
    same = AccountsPart(accounts=accounts.accounts * 2)
    for twice in ([picture_, accounts], [accounts, accounts], [same]):
        archive, place = await (await Place.with_pictures()).archive(), Place()
        archive.members[-1:] = twice
        if twice[0] is picture_:
            assert archive.members[-2] == archive.members[-3]
        with pytest.raises(ArchiveDamaged, match="twice"):
            await place.archives.restore_backup(archive)
        assert (place.rows.rows, await place.pictures()) == ({}, {})
        assert await place.accounts.all() == []


async def test_accounts_come_with_the_rows_whatever_becomes_of_old_files() -> None:
    archive, place = await (await Place.with_pictures()).archive(), Place()
    place.media = _ListsNothing(clock=place.clock)
    place.objects = MemoryObjectStore(place.media)
    with pytest.raises(StorageUnavailable):
        await place.archives.restore_backup(archive, force=True)
    assert place.rows.rows["slot"] == [slot_row()]
    assert await place.accounts.all() == [SERG]


async def test_a_backup_that_cannot_be_finished_is_none() -> None:
    place, archive = await Place.with_pictures(), MemoryArchive()
    place.media.failing = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        await place.archives.back_up(archive)
    assert archive.members == []
    assert place.rows.users == 0


async def test_whoever_watches_is_told_of_a_backup_once_it_is_there() -> None:
    place = await Place.with_pictures()
    place.media.failing = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        await place.archives.back_up(MemoryArchive())
    assert place.backup_mark.mark is None
    place.media.failing = None

    assert (await place.archives.back_up(MemoryArchive())).is_noted
    assert place.backup_mark.mark == place.clock.now()


@pytest.mark.parametrize("error", [StorageFull("full"), StorageUnavailable("away")])
async def test_a_backup_is_no_worse_if_nobody_can_be_told_of_it(
    error: StorageFull | StorageUnavailable,
) -> None:
    place, archive = await Place.with_pictures(), MemoryArchive()
    place.backup_mark.failing = error

    assert not (await place.archives.back_up(archive)).is_noted
    assert archive.members


async def test_a_damaged_archive_changes_nothing() -> None:
    archive, place = await (await Place.with_pictures()).archive(), Place()
    archive.is_damaged = True
    for force in (False, True):
        with pytest.raises(ArchiveDamaged):
            await place.archives.restore_backup(archive, force=force)
    assert (place.rows.rows, await place.pictures(), await place.accounts.all()) == ({}, {}, [])


async def test_pictures_that_are_there_already_are_in_the_way() -> None:
    archive, place = await (await Place.with_pictures()).archive(), Place()
    await place.media.keep(SLOT, job_id(3), picture(3))
    place.clock.moment += timedelta(minutes=1)
    with pytest.raises(RestoreRefused):
        await place.archives.restore_backup(archive)
    assert place.rows.rows == {}
    assert [*await place.pictures()] == [3]
    await place.archives.restore_backup(archive, force=True)
    assert await place.pictures() == ALL


async def test_force_replaces_everything_and_keeps_no_old_picture() -> None:
    archive, place = await (await Place.with_pictures()).archive(), await Place.with_pictures()
    await place.media.keep(SLOT, job_id(3), picture(3))
    place.mark.mark = "of another database"
    place.rows.rows["slot"] = [slot_row(5)]
    place.clock.moment += timedelta(minutes=1)
    with pytest.raises(RestoreRefused):
        await place.archives.restore_backup(archive)
    assert place.mark.mark == "of another database"
    await place.archives.restore_backup(archive, force=True)
    assert await place.pictures() == ALL
    assert [row["id"] for row in place.rows.rows["slot"]] == ["slot-001"]
    assert place.mark.mark == place.installation.called


async def test_accounts_that_are_there_stay_unless_forced() -> None:
    archive, place = await (await Place.with_pictures()).archive(), Place()
    await place.accounts.save(IGOR)
    done = await place.archives.restore_backup(archive)
    assert (done.accounts, done.accounts_left) == (0, 1)
    assert await place.accounts.all() == [IGOR]
    done = await place.archives.restore_backup(archive, force=True)
    assert (done.accounts, done.accounts_left) == (1, 0)
    assert await place.accounts.all() == [IGOR, SERG]


async def test_an_archive_without_accounts_leaves_room_for_the_first_ones() -> None:
    old = Place()
    done = await Place().archives.restore_backup(await old.archive())
    assert (done.accounts, done.accounts_left) == (0, 0)


async def test_keys_of_providers_that_nobody_can_open_are_told_of() -> None:
    place = Place()
    key = MemorySeals(["another key"]).seal("of gemini")
    await place.settings.change({}, keys={"gemini": key}, version=0, by="x", at=NOON)
    done = await place.archives.restore_backup(await place.archive(), force=True)
    assert done.unreadable_keys == ("gemini",)


@define(eq=False)
class _ListsNothing(MemoryMediaStore):
    """Does not tell what it holds."""

    async def kept_before(self, moment: datetime) -> AsyncIterator[tuple[SlotId, JobId]]:
        for one in list[tuple[SlotId, JobId]]():
            yield one
        raise StorageUnavailable("away")


@define(eq=False)
class _FailsAt(MemoryMediaStore):
    """Fails when it is to keep one picture."""

    job_id: JobId
    error: BaseException

    async def keep(self, slot_id: SlotId, job_id: JobId, picture: Blob) -> str:
        if job_id == self.job_id:
            raise self.error
        return await super().keep(slot_id, job_id, picture)


@pytest.mark.parametrize("error", [StorageFull("full"), asyncio.CancelledError()])
async def test_what_fails_midway_leaves_neither_rows_nor_files(error: BaseException) -> None:
    archive, place = await (await Place.with_pictures()).archive(), Place()
    place.media = _FailsAt(clock=place.clock, job_id=job_id(2), error=error)
    place.objects = MemoryObjectStore(place.media)
    with pytest.raises(type(error)):
        await place.archives.restore_backup(archive)
    assert (place.rows.rows, await place.pictures(), await place.accounts.all()) == ({}, {}, [])
    place.media.error = StorageFull("never")
    place.media.job_id = job_id(99)
    await place.archives.restore_backup(archive)
    assert await place.pictures() == ALL


async def test_files_that_rows_promise_survive_a_failure() -> None:
    archive, place = await (await Place.with_pictures()).archive(), await Place.with_pictures()
    await place.media_rows.add(template(7))
    archive.members.append(RowsPart(table="slot", lines=[b"{}"]))
    with pytest.raises(ArchiveDamaged):
        await place.archives.restore_backup(archive, force=True)
    assert (await place.pictures())[7] == ALL[7]


async def test_a_picture_of_another_size_than_its_row_says_is_damage() -> None:
    archive, place = await (await Place.with_pictures()).archive(), Place()
    archive.members = [
        (member[0], b"short") if isinstance(member, tuple) else member for member in archive.members
    ]
    with pytest.raises(ArchiveDamaged):
        await place.archives.restore_backup(archive)
    assert (place.rows.rows, await place.pictures()) == ({}, {})


async def test_progress_is_told_of_all_that_is_done() -> None:
    place, told = await Place.with_pictures(), list[tuple[str, int, int]]()
    archive = MemoryArchive()
    await place.archives.back_up(archive, lambda *one: told.append(one))
    assert [(what, done) for what, done, of in told if done == of] == [
        ("rows", 6),
        ("pictures", 3),
    ]
    told.clear()
    await Place().archives.restore_backup(archive, tell=lambda *one: told.append(one))
    assert [what for what, done, of in told if done == of] == ["checking", "restoring"]
