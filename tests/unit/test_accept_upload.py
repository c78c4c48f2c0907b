from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import (
    InvalidPassword,
    InvalidRequest,
    PayloadTooLarge,
    SlotDisabled,
    SlotNotFound,
    UnsupportedMediaType,
)
from photochanger_core.domain.events import IngestEnded, PasswordRefused
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import MEGABYTE
from photochanger_core.use_cases.accept_upload import ENVELOPE, UploadHead
from photochanger_core.use_cases.acceptance import Acceptance
from photochanger_core.use_cases.receive_upload import MAX_PARTS, MAX_TEXT_BYTES
from tests.memory_world import MemoryWorld

SLOT = SlotId("slot-001")
LIMIT = 15 * MEGABYTE
HEAD = UploadHead(
    slot=SLOT,
    address="192.0.2.7",
    content_type="multipart/form-data",
    content_encoding=None,
    content_length=1000,
)


async def accepted(world: MemoryWorld, **head: Any) -> Acceptance:
    return await world.use.accept_upload(evolve(HEAD, **head))


async def set_slot(world: MemoryWorld, **changes: object) -> None:
    await world.use.configure_slot(SLOT, changes, settings={}, by=Actor(name="test"))


async def set_password(world: MemoryWorld, password: str) -> None:
    await world.use.configure_settings({"ingest_password": password}, by=Actor(name="test"))


async def test_the_window_starts_with_the_head(world: MemoryWorld) -> None:
    await world.clock.sleep(100)
    acceptance = await accepted(world)
    assert acceptance.deadline.moment == 148
    assert acceptance.deadline.at == world.clock.now() + timedelta(seconds=48)
    assert acceptance.slot == await world.slots.get(SLOT)
    assert acceptance.settings == await world.settings.read()
    assert not acceptance.password_known


async def test_a_slots_own_window_counts(world: MemoryWorld) -> None:
    await set_slot(world, sync_response_seconds=10)
    assert (await accepted(world)).deadline.moment == 10


@pytest.mark.parametrize("slot", ["slot-000", "slot-016", "", "SLOT-001", "slot-001/"])
async def test_unknown_slots_are_refused(world: MemoryWorld, slot: str) -> None:
    with pytest.raises(SlotNotFound):
        await accepted(world, slot=slot)


async def test_a_slot_that_is_off_is_refused(world: MemoryWorld) -> None:
    with pytest.raises(SlotDisabled):
        await accepted(world, slot="slot-002")


@pytest.mark.parametrize("encoding", ["gzip", "identity", "", "x"])
async def test_encoded_bodies_are_refused(world: MemoryWorld, encoding: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        await accepted(world, content_encoding=encoding)


@pytest.mark.parametrize("length", [None, 0, LIMIT, LIMIT + ENVELOPE])
async def test_a_length_that_may_do_is_taken(world: MemoryWorld, length: int | None) -> None:
    await accepted(world, content_length=length)


async def test_a_length_that_cannot_do_is_refused(world: MemoryWorld) -> None:
    with pytest.raises(PayloadTooLarge) as caught:
        await accepted(world, content_length=LIMIT + ENVELOPE + 1)
    assert caught.value.details == {"limit_bytes": LIMIT}


def test_everything_a_booth_may_say_fits_beside_the_photo() -> None:
    assert ENVELOPE >= MAX_PARTS * MAX_TEXT_BYTES


@pytest.mark.parametrize("content_type", ["", "image/jpeg", "multipart/mixed", "text/plain"])
async def test_what_is_no_form_is_refused(world: MemoryWorld, content_type: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await accepted(world, content_type=content_type)
    assert caught.value.details == {"field": "Content-Type", "problem": "malformed"}


async def test_the_right_password_in_the_link_is_known(world: MemoryWorld) -> None:
    await set_password(world, "123456")
    assert (await accepted(world, key="123456")).password_known


@pytest.mark.parametrize("key", ["654321", "123456 ", "x" * 1025, "123456\ud800"])
async def test_a_wrong_password_in_the_link_is_refused_and_told_of(
    world: MemoryWorld, key: str
) -> None:
    await set_password(world, "123456")
    with pytest.raises(InvalidPassword):
        await accepted(world, key=key)
    refused, ended = world.events.events
    assert refused == PasswordRefused(slot_id=SLOT)
    assert isinstance(ended, IngestEnded)


async def test_an_empty_password_in_the_link_is_a_bad_request(world: MemoryWorld) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await accepted(world, key="")
    assert caught.value.details == {"field": "password", "problem": "empty"}


async def test_nobody_gets_in_before_a_password_is_set(world: MemoryWorld) -> None:
    with pytest.raises(InvalidPassword):
        await accepted(world, key="123456")


async def test_a_slots_own_password_replaces_the_one_for_all(world: MemoryWorld) -> None:
    await set_password(world, "for all")
    await set_slot(world, ingest_password="its own")
    assert (await accepted(world, key="its own")).password_known
    with pytest.raises(InvalidPassword):
        await accepted(world, key="for all")


@pytest.mark.parametrize("key", ["", "anything"])
async def test_an_open_slot_takes_any_password(world: MemoryWorld, key: str) -> None:
    await set_slot(world, ingest_password_required=False)
    await accepted(world, key=key)
    assert world.events.events == []


@pytest.mark.parametrize("key", ["x", "x" * 255, "a key, with (signs): 1/2"])
async def test_a_key_for_the_photo_is_taken(world: MemoryWorld, key: str) -> None:
    assert (await accepted(world, idempotency_keys=(key,))).idempotency_key == key


@pytest.mark.parametrize(
    "keys,problem",
    [
        (("",), "empty"),
        (("x" * 256,), "too_long"),
        (("ключ",), "malformed"),
        (("a\x7fb",), "malformed"),
        (("x", "x"), "repeated"),
    ],
)
async def test_what_is_no_key_for_a_photo_is_refused(
    world: MemoryWorld, keys: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await accepted(world, idempotency_keys=keys)
    assert caught.value.details == {"field": "Idempotency-Key", "problem": problem}


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(evolve(HEAD, key="secret", idempotency_keys=("secret",)))
