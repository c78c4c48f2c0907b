"""Slots go from one installation to another in a file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from attrs import define, evolve, field

from photochanger_adapters.memory.object_store import MemoryObjectStore
from photochanger_adapters.provider_http.session import open_session
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import (
    PayloadTooLarge,
    SlotNotFound,
    StorageFull,
    ValidationFailed,
    VersionConflict,
)
from photochanger_core.domain.ids import SLOT_IDS, MediaId
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.slot_values import plain
from photochanger_core.domain.slots_file import MAX_PICTURES_BYTES, FiledTemplate, SlotsFile
from photochanger_core.domain.slots_format import read, written
from photochanger_core.use_cases.import_slots import Imported
from tests.linked import turbotext
from tests.memory_world import MemoryWorld
from tests.uploads import JPEG

CLI = Actor(name="cli")
SERG = Actor(name="serg", address="192.0.2.7")
FIRST, SECOND, THIRD = SLOT_IDS[:3]
LOCAL = "http://127.0.0.1:9"
PNG = b"\x89PNG\r\n\x1a\n"


async def register(world: MemoryWorld, content: bytes) -> MediaId:
    media_type = MediaType.PNG if content.startswith(PNG) else MediaType.JPEG
    registered = await world.use.register_template(
        BytesBlob(content, media_type), name="file", by=SERG
    )
    return registered.media.media_id


async def configure(world: MemoryWorld, slot: str, /, *pictures: bytes, **changes: object) -> None:
    bound = [
        {"media_kind": "style", "media_object_id": await register(world, one)} for one in pictures
    ]
    await world.use.configure_slot(slot, {**changes, "template_media": bound}, settings={}, by=SERG)


async def exported(world: MemoryWorld, slot: str | None = None) -> bytes:
    return "".join(written(await world.use.export_slots(slot))).encode()


async def imported(world: MemoryWorld, content: bytes, **options: Any) -> Imported:
    return await world.use.import_slots(read(content), by=CLI, **options)


async def state(world: MemoryWorld) -> tuple[Any, ...]:
    """Return all that an import may change."""
    uses = [
        one
        async for one in world.media_objects.kept_before(
            MediaUse.TEMPLATE, datetime.max.replace(tzinfo=UTC)
        )
    ]
    histories = [await world.slots.history(slot_id, 99) for slot_id in SLOT_IDS]
    left = [one for one in world.media_rows.media.values() if one.cleaned_at is None]
    return await world.slots.all(), histories, left, sorted(uses), list(world.audit.entries)


async def well_used(world: MemoryWorld) -> bytes:
    """Set some slots up and return their export."""
    await configure(world, FIRST, JPEG + b"a", PNG + b"b", settings={"prompt": "x", "n": 1.5})
    await configure(world, SECOND, JPEG + b"a", is_active=True, gallery="key", ingest_password="p")
    await configure(world, THIRD, display_name="Лес 🙂", retry={"error_tries": 1})
    return await exported(world)


async def test_another_installation_is_set_up_as_the_first(world: MemoryWorld) -> None:
    content, other = await well_used(world), MemoryWorld()
    told = await imported(other, content)

    assert await exported(other) == content
    assert [one.slot_id for one in told.changed] == [FIRST, SECOND, THIRD]
    assert [one.version for one in told.changed] == [2, 2, 2]
    assert (told.unchanged, told.templates) == (list(SLOT_IDS[3:]), 2)
    assert [slot.version for slot in await other.slots.all()] == [2] * 3 + [1] * 12
    assert [len(await other.slots.history(one, 9)) for one in SLOT_IDS[2:4]] == [2, 1]


async def test_what_an_import_changes_is_told_field_by_field(world: MemoryWorld) -> None:
    await configure(world, SECOND, JPEG + b"a", settings={"prompt": "x"}, size_limit_mb=3)
    told = await imported(MemoryWorld(), await exported(world))

    [change] = told.changed
    assert change.changes == {
        "size_limit_mb": {"old": 15, "new": 3},
        "settings.prompt": {"old": None, "new": "x"},
        "template_media": {
            "old": (),
            "new": ({"media_kind": "style", "sha256": sha256(JPEG + b"a").hexdigest()},),
        },
    }


async def test_an_import_is_on_record(world: MemoryWorld) -> None:
    content, other = await well_used(world), MemoryWorld()
    await imported(other, content)

    entries = other.audit.entries
    assert {entry.actor for entry in entries} == {CLI}
    assert [entry.subject for entry in entries if entry.action is AuditAction.SLOT_CHANGED] == [
        *(FIRST, SECOND, THIRD)
    ]
    assert entries[0].details["imported"] is True
    assert entries[0].details["version"] == 2
    registered = [one for one in entries if one.action is AuditAction.TEMPLATE_REGISTERED]
    assert {one.subject for one in registered} == other.media_rows.media.keys()


async def test_its_own_export_changes_nothing(world: MemoryWorld) -> None:
    content = await well_used(world)
    before = await state(world)
    told = await imported(world, content)

    assert await state(world) == before
    assert (told.changed, told.unchanged, told.templates) == ([], list(SLOT_IDS), 0)


async def test_secrets_neither_leave_nor_are_lost(world: MemoryWorld) -> None:
    content = await well_used(world)
    slot = await world.slots.get(SECOND)
    for secret in (slot.ingest_password_hash, slot.gallery_key):
        assert secret is not None
        assert secret.encode() not in content
    assert b"password_hash" not in content
    assert b"gallery_key" not in content

    other = MemoryWorld()
    await configure(other, SECOND, ingest_password="own", gallery="key")
    own = await other.slots.get(SECOND)
    await imported(other, content)
    stored = await other.slots.get(SECOND)
    assert stored.ingest_password_hash == own.ingest_password_hash
    assert stored.gallery_key == own.gallery_key
    assert plain(stored)["gallery"] == "key"


async def test_a_gallery_that_needs_a_key_gets_one(world: MemoryWorld) -> None:
    await configure(world, SECOND, gallery="key")
    other = MemoryWorld()
    await imported(other, await exported(world))
    assert (await other.slots.get(SECOND)).gallery_key is not None


async def test_a_picture_that_is_there_is_not_kept_again(world: MemoryWorld) -> None:
    content, other = await well_used(world), MemoryWorld()
    known = await register(other, JPEG + b"a")
    told = await imported(other, content)

    assert told.templates == 1
    assert len(other.media_rows.media) == 2
    assert (await other.slots.get(SECOND)).template_media[0].media_object_id == known


async def test_a_picture_whose_file_was_lost_is_mended(world: MemoryWorld) -> None:
    content = await well_used(world)
    [bound, _] = (await world.slots.get(FIRST)).template_media
    await world.media_objects.discard(MediaUse.TEMPLATE, bound.media_object_id)
    with pytest.raises(ValidationFailed) as caught:
        await exported(world)
    assert [one.field for one in caught.value.problems] == [
        "slot-001.template_media[0]",
        "slot-002.template_media[0]",
    ]

    await imported(world, content)
    assert await exported(world) == content


async def test_pictures_are_stripped_as_ever(world: MemoryWorld) -> None:
    content = await well_used(world)
    file = read(content)
    [one] = [each for each in file.templates if each.content == JPEG + b"a"]
    dirty = JPEG + b"a untidy"
    template = filed(dirty)
    slots = tuple(
        evolve(slot, template_media=tuple(_swapped(slot.template_media, one, template)))
        for slot in file.slots
    )
    others = [each for each in file.templates if each is not one]
    changed = SlotsFile(slots=slots, templates=(*others, template))
    other = MemoryWorld()
    await other.use.import_slots(changed, by=CLI)

    assert b"untidy" not in await exported(other)
    before = await state(other)
    again = await other.use.import_slots(changed, by=CLI)
    assert (again.changed, await state(other)) == ([], before)


def filed(content: bytes) -> FiledTemplate:
    return FiledTemplate(
        sha256=sha256(content).hexdigest(),
        media_type="image/jpeg",
        size=len(content),
        content=content,
    )


def _swapped(bindings: Any, old: FiledTemplate, new: FiledTemplate) -> Any:
    return [evolve(one, sha256=new.sha256) if one.sha256 == old.sha256 else one for one in bindings]


@pytest.mark.parametrize("ending", [b"broken", b"huge"])
async def test_a_picture_that_cannot_be_used_stops_it_all(
    world: MemoryWorld, ending: bytes
) -> None:
    file = read(await well_used(world))
    template = filed(JPEG + ending)
    [one] = [each for each in file.templates if each.content == JPEG + b"a"]
    slots = tuple(
        evolve(slot, template_media=tuple(_swapped(slot.template_media, one, template)))
        for slot in file.slots
    )
    others = [each for each in file.templates if each is not one]
    other = MemoryWorld()
    before = await state(other)
    with pytest.raises(ValidationFailed) as caught:
        await other.use.import_slots(SlotsFile(slots=slots, templates=(*others, template)), by=CLI)

    assert [one.field for one in caught.value.problems] == ["templates[1].content"]
    assert await state(other) == before
    assert other.media.handles == 0


async def test_one_slot_of_many(world: MemoryWorld) -> None:
    content, other = await well_used(world), MemoryWorld()
    told = await imported(other, content, only=SECOND)

    assert [one.slot_id for one in told.changed] == [SECOND]
    assert (told.unchanged, told.templates) == ([], 1)
    assert [slot.version for slot in await other.slots.all()] == [1, 2] + [1] * 13
    one = await exported(world, SECOND)
    assert await exported(other, SECOND) == one
    assert [slot.slot_id for slot in read(one).slots] == [SECOND]
    with pytest.raises(ValidationFailed, match="slot-001: not_in_file"):
        await imported(other, one, only=FIRST)
    with pytest.raises(SlotNotFound):
        await exported(world, "slot-016")


async def test_a_dry_run_changes_nothing(world: MemoryWorld) -> None:
    content, other = await well_used(world), MemoryWorld()
    before = await state(other)
    told = await imported(other, content, dry_run=True)

    assert await state(other) == before
    assert told == await imported(other, content)


async def test_what_providers_do_not_take_is_named_by_its_place(world: MemoryWorld) -> None:
    content = await well_used(world)
    file = read(content)
    wrong: dict[int, dict[str, Any]] = {
        0: {"settings": {"invalid": 1}},
        3: {"settings": {"invalid": 1}},
        4: {"provider": "nobody"},
        1: {"provider": "nobody"},
        5: {"output_width": 100},
        6: {"fallback": {"provider": "gemini", "operation": "x", "settings": {"invalid": 1}}},
    }
    slots = tuple(evolve(slot, **wrong.get(n, {})) for n, slot in enumerate(file.slots))
    other = MemoryWorld()
    before = await state(other)
    with pytest.raises(ValidationFailed) as caught:
        await other.use.import_slots(evolve(file, slots=slots), by=CLI)

    assert [one.field for one in caught.value.problems] == [
        "slots[0].settings.invalid",
        "slots[1].provider",
        "slots[3].settings.invalid",
        "slots[4].provider",
        "slots[5].output_width",
        "slots[6].fallback.settings.invalid",
    ]
    assert await state(other) == before


@pytest.mark.parametrize("operation, told", [("nope", ["slots[6].operation"]), ("image_edit", [])])
async def test_an_operation_is_looked_at_though_nothing_is_set_yet(
    world: MemoryWorld, operation: str, told: list[str]
) -> None:
    file = read(await exported(world))
    half = evolve(file.slots[6], provider="turbotext", operation=operation, settings={})
    slots = (*file.slots[:6], half, *file.slots[7:])
    async with open_session() as session:
        providers = {"gemini": world.provider, "turbotext": turbotext(session, LOCAL)}
        use = UseCases.over(world.ports(providers=providers))
        problems = []
        try:
            await use.import_slots(evolve(file, slots=slots), by=CLI)
        except ValidationFailed as error:
            problems = [one.field for one in error.problems]

    assert problems == told
    stored = await world.slots.get(SLOT_IDS[6])
    assert (stored.provider, stored.version) == (("gemini", 1) if told else ("turbotext", 2))


@define(eq=False)
class Disturbed(MemoryObjectStore):
    """Does something of its own before it keeps the second picture."""

    _disturb: Callable[[], Awaitable[None]] = field(kw_only=True)
    _count: int = field(default=0, init=False)

    async def keep(self, media: MediaObject, picture: Blob) -> None:
        self._count += 1
        if self._count > 1:
            await self._disturb()
        await super().keep(media, picture)


async def disturbed(
    content: bytes, disturb: Callable[[MemoryWorld], Awaitable[None]], error: type[BaseException]
) -> MemoryWorld:
    """Import into a new installation while something happens, and return that."""
    world = MemoryWorld()
    world.media_objects = Disturbed(world.media, disturb=lambda: disturb(world))
    with pytest.raises(error):
        await imported(world, content)
    assert world.media.handles == 0
    return world


async def test_if_somebody_else_was_faster_nothing_is_changed(world: MemoryWorld) -> None:
    async def be_faster(other: MemoryWorld) -> None:
        await other.slots.save(evolve(await other.slots.get(THIRD), version=2))

    other = await disturbed(await well_used(world), be_faster, VersionConflict)
    _, histories, *rest = await state(other)
    assert [len(versions) for versions in histories] == [1, 1, 2] + [1] * 12
    assert rest == [[], [], []]


async def test_a_full_disk_leaves_nothing(world: MemoryWorld) -> None:
    async def fill(_: MemoryWorld) -> None:
        raise StorageFull

    other = await disturbed(await well_used(world), fill, StorageFull)
    assert await state(other) == await state(MemoryWorld())


async def test_whoever_breaks_it_off_leaves_nothing(world: MemoryWorld) -> None:
    async def cancel(_: MemoryWorld) -> None:
        raise asyncio.CancelledError

    other = await disturbed(await well_used(world), cancel, asyncio.CancelledError)
    assert await state(other) == await state(MemoryWorld())


async def test_a_picture_that_somebody_uses_meanwhile_stays(world: MemoryWorld) -> None:
    async def use_it(other: MemoryWorld) -> None:
        [kept] = other.media_rows.media
        bound = {"media_kind": "style", "media_object_id": kept}
        await other.use.configure_slot(FIRST, {"template_media": [bound]}, settings={}, by=SERG)

    other = await disturbed(await well_used(world), use_it, VersionConflict)
    _, _, left, files, _ = await state(other)
    [bound] = (await other.slots.get(FIRST)).template_media
    assert [one.media_id for one in left] == files == [bound.media_object_id]


async def test_more_pictures_than_a_file_takes_are_not_exported(world: MemoryWorld) -> None:
    await configure(world, FIRST, JPEG + b"a")
    [bound] = (await world.slots.get(FIRST)).template_media
    media = await world.media_rows.get(bound.media_object_id)
    world.media_rows.media[media.media_id] = evolve(media, size=MAX_PICTURES_BYTES + 1)
    with pytest.raises(PayloadTooLarge, match="180 MiB"):
        await exported(world)
