"""Slots are reset, copied and brought back, and every change is noted."""

from __future__ import annotations

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import SlotNotFound, ValidationFailed, VersionConflict
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.problems import Problem, wrong
from photochanger_core.domain.slot import Gallery, Slot
from photochanger_core.domain.slot_values import plain
from tests.memory_world import MemoryWorld

FIRST, SECOND = SlotId("slot-001"), SlotId("slot-002")
SERG = Actor(name="serg", address="192.0.2.7")


async def changed(world: MemoryWorld, slot: SlotId = FIRST, /, **changes: object) -> Slot:
    return await world.use.configure_slot(slot, changes, settings={}, by=SERG)


def noted(world: MemoryWorld) -> AuditEntry:
    return world.audit.entries[-1]


async def test_a_change_is_noted_field_by_field(world: MemoryWorld) -> None:
    await changed(world, display_name="Forest", settings={"prompt": "x"}, ingest_password="geheim")

    entry = noted(world)
    assert (entry.action, entry.subject) == (AuditAction.SLOT_CHANGED, FIRST)
    assert (entry.actor, entry.at) == (SERG, world.clock.now())
    changes = entry.details["changes"]
    assert isinstance(changes, dict)
    assert changes["display_name"] == {"old": "Slot 1", "new": "Forest"}
    assert changes["settings.model"] == {"old": "gemini-3.1-flash-image", "new": None}
    assert changes["ingest_password"] == "changed"
    assert changes.keys() == {
        "display_name",
        "settings.prompt",
        "settings.model",
        "ingest_password",
    }
    assert entry.details["version"] == 2
    assert "geheim" not in repr(entry)


async def test_what_is_refused_is_not_noted(world: MemoryWorld) -> None:
    with pytest.raises(ValidationFailed):
        await changed(world, size_limit_mb=0)
    with pytest.raises(VersionConflict):
        await world.use.configure_slot(FIRST, {}, settings={}, by=SERG, versions={2})
    assert world.audit.entries == []


async def test_a_slot_that_is_reset_is_as_at_first_but_off(world: MemoryWorld) -> None:
    first = await world.slots.get(FIRST)
    await changed(world, gallery="key", ingest_password="x", ingest_password_required=False)
    reset = await world.use.reset_slot(FIRST, by=SERG)

    assert reset == await world.slots.get(FIRST)
    assert plain(reset) == {**plain(first), "is_active": False}
    assert (reset.ingest_password_hash, reset.gallery_key) == (None, None)
    assert (reset.version, reset.updated_by) == (3, "serg")
    assert noted(world).action is AuditAction.SLOT_RESET


async def test_a_reset_can_be_taken_back_but_for_secrets(world: MemoryWorld) -> None:
    before = await changed(world, gallery="key", ingest_password="x", settings={"prompt": "x"})
    await world.use.reset_slot(FIRST, by=SERG)
    after = await world.use.roll_back_slot(FIRST, before.version, by=SERG)

    assert plain(after) == plain(before)
    assert after.ingest_password_hash is None
    assert after.gallery_key is not None


async def test_a_copy_keeps_name_and_secrets(world: MemoryWorld) -> None:
    own = await changed(world, SECOND, display_name="Beach", ingest_password="own", gallery="key")
    model = await changed(world, ingest_password="other", gallery="key", settings={"prompt": "x"})
    copied = await world.use.copy_slot(SECOND, FIRST, by=SERG)

    assert copied == await world.slots.get(SECOND)
    assert plain(copied) == {**plain(model), "display_name": "Beach", "is_active": False}
    assert copied.ingest_password_hash == own.ingest_password_hash
    assert copied.gallery_key == own.gallery_key
    assert (copied.slot_id, copied.version) == (SECOND, 3)
    assert noted(world).details["copied_from"] == FIRST
    assert await world.slots.get(FIRST) == model


async def test_a_copy_switches_no_booth_off_and_opens_no_slot(world: MemoryWorld) -> None:
    await changed(world, FIRST, ingest_password="x")
    await changed(world, SECOND, is_active=False, ingest_password_required=False)
    copied = await world.use.copy_slot(FIRST, SECOND, by=SERG)

    assert copied.is_active
    assert copied.ingest_password_required


async def test_a_copy_of_what_is_on_stays_off(world: MemoryWorld) -> None:
    assert not (await world.use.copy_slot(SECOND, FIRST, by=SERG)).is_active


@pytest.mark.parametrize("own", Gallery)
@pytest.mark.parametrize("other", Gallery)
async def test_a_copy_opens_no_gallery_and_closes_none(
    world: MemoryWorld, own: Gallery, other: Gallery
) -> None:
    await changed(world, FIRST, gallery=other, settings={"prompt": "x"})
    before = await changed(world, SECOND, gallery=own)
    copied = await world.use.copy_slot(SECOND, FIRST, by=SERG)

    assert (copied.gallery, copied.gallery_key) == (own, before.gallery_key)
    assert copied.settings == {"prompt": "x"}


async def test_what_the_provider_does_not_take_is_not_brought_back(world: MemoryWorld) -> None:
    await world.slots.save(
        Slot(
            slot_id=FIRST,
            display_name="Slot 1",
            provider="gemini",
            operation="image_edit",
            settings={"invalid": 1},
            is_active=True,
            version=2,
            updated_at=world.clock.now(),
            updated_by="serg",
        )
    )
    await changed(world, settings={"prompt": "x"})
    with pytest.raises(ValidationFailed) as caught:
        await world.use.roll_back_slot(FIRST, 2, by=SERG)
    assert caught.value.problems == (wrong(Problem.NOT_ALLOWED).at("settings", "invalid"),)
    with pytest.raises(ValidationFailed):
        await world.use.roll_back_slot(FIRST, 4, by=SERG)
    assert (await world.slots.get(FIRST)).version == 3


async def test_a_version_that_was_off_and_half_set_up_is_brought_back(world: MemoryWorld) -> None:
    before = await world.slots.get(SECOND)
    await changed(world, SECOND, is_active=True, settings={"prompt": "x"})
    assert plain(await world.use.roll_back_slot(SECOND, 1, by=SERG)) == plain(before)


async def test_changes_are_meant_for_versions(world: MemoryWorld) -> None:
    use = world.use
    await changed(world)
    for deed in (
        use.reset_slot(FIRST, by=SERG, versions={1, 3}),
        use.copy_slot(FIRST, SECOND, by=SERG, versions={1}),
        use.roll_back_slot(FIRST, 1, by=SERG, versions=set()),
    ):
        with pytest.raises(VersionConflict) as caught:
            await deed
        assert caught.value.details == {"version": 2}
    assert (await use.reset_slot(FIRST, by=SERG, versions={1, 2})).version == 3


async def test_there_are_no_other_slots(world: MemoryWorld) -> None:
    for deed in (
        world.use.reset_slot("slot-016", by=SERG),
        world.use.copy_slot(FIRST, "slot-016", by=SERG),
        world.use.copy_slot("slot-016", FIRST, by=SERG),
        world.use.roll_back_slot("slot-016", 1, by=SERG),
    ):
        with pytest.raises(SlotNotFound):
            await deed


async def test_settings_are_set_as_a_whole_or_one_by_one(world: MemoryWorld) -> None:
    slot = await world.use.configure_slot(
        FIRST, {"settings": {"prompt": "x", "gone": None}}, settings={"seed": 7}, by=SERG
    )
    assert slot.settings == {"prompt": "x", "seed": 7}


async def test_settings_of_another_provider_are_checked_though_the_slot_is_off(
    world: MemoryWorld,
) -> None:
    with pytest.raises(ValidationFailed):
        await changed(world, SECOND, settings={"invalid": 1})
    with pytest.raises(ValidationFailed):
        await changed(world, SECOND, settings={}, provider="nobody")
