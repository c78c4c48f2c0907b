from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import SlotNotFound, ValidationFailed
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.passwords import MAX_PASSWORD_BYTES
from tests.memory_world import MemoryWorld
from tests.virtual_time import START, run

SLOT = SlotId("slot-001")
PROMPT = {"prompt": "a forest", "model": "gemini-3.1-flash-image"}


async def changed(world: MemoryWorld, settings: Mapping[str, object], /, **changes: object) -> Slot:
    return await world.use.configure_slot(SLOT, changes, settings=settings, by=Actor(name="serg"))


async def refused(
    world: MemoryWorld, settings: Mapping[str, object] | None = None, /, **changes: object
) -> set[str]:
    """Return the fields that are named as wrong; nothing may have changed."""
    before = await world.slots.get(SLOT)
    with pytest.raises(ValidationFailed) as caught:
        await changed(world, settings or {}, **changes)
    assert await world.slots.get(SLOT) == before
    return {problem.field for problem in caught.value.problems}


async def test_a_change_is_stored_and_told_of(world: MemoryWorld) -> None:
    before = await world.slots.get(SLOT)
    await asyncio.sleep(5)
    slot = await changed(world, {}, display_name="Forest", is_active=False, size_limit_mb=20)
    assert slot == await world.slots.get(SLOT)
    assert (slot.display_name, slot.is_active, slot.size_limit_mb) == ("Forest", False, 20)
    assert (slot.version, slot.updated_by) == (before.version + 1, "serg")
    assert slot.updated_at == START + timedelta(seconds=5)
    assert slot.settings == before.settings


async def test_a_change_of_nothing_is_a_version_too(world: MemoryWorld) -> None:
    assert (await changed(world, {})).version == 2
    assert (await changed(world, {})).version == 3


@pytest.mark.parametrize("text", ["slot-000", "slot-016", "", "SLOT-001"])
async def test_there_are_no_other_slots(world: MemoryWorld, text: str) -> None:
    with pytest.raises(SlotNotFound):
        await world.use.configure_slot(text, {}, settings={}, by=Actor(name="serg"))


@pytest.mark.parametrize(
    "name",
    ["slot_id", "version", "updated_at", "settings", "ingest_password_hash", "colour", "c" * 64],
)
async def test_unknown_fields_are_named(world: MemoryWorld, name: str) -> None:
    assert await refused(world, None, **{name: "x"}) == {name}


GOOD: dict[str, list[object]] = {
    "display_name": ["x", "x" * 80, "Слот"],
    "operation": ["x", "x" * 40],
    "is_active": [True, False],
    "size_limit_mb": [1, 20],
    "sync_response_seconds": [10, 60, None],
    "ingest_password_required": [True, False],
}
BAD: dict[str, list[object]] = {
    "display_name": ["", "x" * 81, "a\0b", "\ud800", 7, None, ["x"]],
    "provider": ["", "turbotext", 7, None, ["gemini"]],
    "operation": ["", "x" * 41, 7, None],
    "is_active": [0, 1, "true", None],
    "size_limit_mb": [0, 21, -1, 15.0, "15", True, None, float("nan")],
    "sync_response_seconds": [9, 61, 0, 10.0, "10", False, True],
    "ingest_password_required": [0, "no", None],
}


@pytest.mark.parametrize("name,value", [(name, v) for name, values in GOOD.items() for v in values])
async def test_values_at_the_edge_are_taken(world: MemoryWorld, name: str, value: object) -> None:
    assert getattr(await changed(world, {}, **{name: value}), name) == value


@pytest.mark.parametrize("name,value", [(name, v) for name, values in BAD.items() for v in values])
async def test_values_beyond_are_named(world: MemoryWorld, name: str, value: object) -> None:
    assert await refused(world, None, **{name: value}) == {name}


async def test_every_wrong_field_is_named(world: MemoryWorld) -> None:
    wrong = await refused(
        world, None, is_active=1, size_limit_mb=0, colour="red", provider="gemini"
    )
    assert wrong == {"is_active", "size_limit_mb", "colour"}


async def test_a_wrong_password_is_named_beside_other_fields(world: MemoryWorld) -> None:
    assert await refused(world, None, is_active=1, ingest_password="") == {
        "is_active",
        "ingest_password",
    }


async def test_settings_are_merged(world: MemoryWorld) -> None:
    await changed(world, PROMPT)
    slot = await changed(world, {"prompt": "a beach", "seed": 7})
    assert slot.settings == {**PROMPT, "prompt": "a beach", "seed": 7}


async def test_settings_are_taken_away_by_none(world: MemoryWorld) -> None:
    await changed(world, {**PROMPT, "seed": 7})
    slot = await changed(world, {"seed": None, "never": None})
    assert slot.settings == PROMPT


async def test_the_provider_checks_what_comes_out(world: MemoryWorld) -> None:
    assert await refused(world, {"invalid": 1}, display_name="Forest") == {"settings.invalid"}
    assert (await changed(world, {"invalid": None})).settings


async def test_what_somebody_else_changed_in_between_is_not_overwritten(
    world: MemoryWorld,
) -> None:
    slot = await world.slots.get(SLOT)

    class Hesitant(type(world.passwords)):  # type: ignore[misc] # the fake's own class
        async def hash(self, password: str) -> str:
            await asyncio.sleep(1)
            return str(await super().hash(password))

    use = type(world.use).over(world.ports(passwords=Hesitant()))
    slow = use.configure_slot(SLOT, {"ingest_password": "x"}, settings={}, by=Actor(name="igor"))
    later = asyncio.ensure_future(slow)
    await asyncio.sleep(0.5)
    await changed(world, {}, display_name="Forest")
    await later
    stored = await world.slots.get(SLOT)
    assert (stored.version, stored.display_name) == (slot.version + 2, "Forest")
    assert stored.ingest_password_hash is not None


async def test_a_password_is_stored_as_a_hash_only(world: MemoryWorld) -> None:
    slot = await changed(world, {}, ingest_password="geheim")
    assert slot.ingest_password_hash is not None
    assert await world.passwords.verify(slot.ingest_password_hash, "geheim")
    assert "geheim" not in repr(slot) + str(slot.ingest_password_hash)
    assert slot.ingest_password_hash not in repr(slot)


async def test_a_slots_own_password_is_kept_changed_or_taken_away(world: MemoryWorld) -> None:
    first = await changed(world, {}, ingest_password="one")
    assert (await changed(world, {})).ingest_password_hash == first.ingest_password_hash
    second = await changed(world, {}, ingest_password="two")
    assert second.ingest_password_hash != first.ingest_password_hash
    assert (await changed(world, {}, ingest_password=None)).ingest_password_hash is None


@pytest.mark.parametrize("password", ["x", "x" * MAX_PASSWORD_BYTES, "я" * 512])
async def test_a_password_has_a_byte_or_more(world: MemoryWorld, password: str) -> None:
    slot = await changed(world, {}, ingest_password=password)
    assert slot.ingest_password_hash
    assert await world.passwords.verify(slot.ingest_password_hash, password)


@pytest.mark.parametrize(
    "password", ["", "x" * (MAX_PASSWORD_BYTES + 1), "я" * 513, 123456, True, b"x", ["x"]]
)
async def test_other_passwords_are_refused(world: MemoryWorld, password: object) -> None:
    assert await refused(world, None, ingest_password=password) == {"ingest_password"}


async def test_half_a_character_is_no_password(world: MemoryWorld) -> None:
    assert await refused(world, None, ingest_password="\ud800") == {"ingest_password"}


WILD = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary()
)


@given(name=st.sampled_from([*GOOD, "provider", "ingest_password", "version"]), value=WILD)
def test_whatever_is_set_is_stored_or_refused(name: str, value: object) -> None:
    async def attempt() -> None:
        world = MemoryWorld()
        before = await world.slots.get(SLOT)
        try:
            after = await changed(world, {}, **{name: value})
        except ValidationFailed:
            after = before
        assert await world.slots.get(SLOT) == after

    run(attempt())
