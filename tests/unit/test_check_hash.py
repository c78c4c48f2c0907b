from __future__ import annotations

import asyncio
from hashlib import md5, sha1, sha256

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.blob import BytesBlob, Digest
from photochanger_core.domain.errors import HashMismatch, InvalidRequest, StorageUnavailable
from photochanger_core.domain.events import HashDiffers
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.settings import HashPolicy
from photochanger_core.use_cases.check_hash import CheckHash
from tests.ingesting import PHOTO, SLOT, ingest, told
from tests.memory_world import MemoryWorld
from tests.uploads import PASSWORD_FIELD, photo, text

RIGHT = [
    md5(PHOTO, usedforsecurity=False).hexdigest(),
    sha1(PHOTO, usedforsecurity=False).hexdigest(),
    sha256(PHOTO).hexdigest(),
    sha1(PHOTO, usedforsecurity=False).hexdigest().upper(),
]
WRONG = {
    "7b6c683e1d3fd29c8701791c54e3c12a236f5a5b": Problem.MISMATCH,
    "0" * 32: Problem.MISMATCH,
    "0" * 64: Problem.MISMATCH,
    "0" * 41: Problem.MALFORMED,
    "g" * 40: Problem.MALFORMED,
    "": Problem.MISSING,
}


async def send(world: MemoryWorld, hash_: str | None, *, policy: str) -> None:
    await world.use.configure_settings({"hash_policy": policy}, by=Actor(name="test"))
    told_hash = [] if hash_ is None else [text("hash", hash_.encode())]
    picture = await ingest(world, [*told_hash, PASSWORD_FIELD, photo(PHOTO)])
    await picture.content.close()
    await world.runs.idle()
    assert world.media.handles == 0


@pytest.mark.parametrize("policy", ["warn", "strict", "off"])
@pytest.mark.parametrize("right", RIGHT)
async def test_the_right_hash_passes(world: MemoryWorld, right: str, policy: str) -> None:
    await send(world, right, policy=policy)
    assert told(world, HashDiffers) == []


@pytest.mark.parametrize("wrong,problem", WRONG.items())
async def test_a_wrong_hash_is_told_of(world: MemoryWorld, wrong: str, problem: Problem) -> None:
    await send(world, wrong, policy="warn")
    assert told(world, HashDiffers) == [HashDiffers(slot_id=SLOT, problem=problem)]


async def test_no_guest_waits_for_what_is_only_told_of(world: MemoryWorld) -> None:
    may_read = asyncio.Event()

    class Slow(BytesBlob):
        async def digest(self, kind: Digest) -> str:
            await may_read.wait()
            return await super().digest(kind)

    check = CheckHash(events=world.events, runs=world.runs)
    await check(Slow(PHOTO, MediaType.JPEG), "0" * 40, HashPolicy.WARN, SLOT)
    assert told(world, HashDiffers) == []
    may_read.set()
    await world.runs.idle()
    assert told(world, HashDiffers) == [HashDiffers(slot_id=SLOT, problem=Problem.MISMATCH)]


async def test_a_photo_that_cannot_be_read_aside_is_closed_all_the_same(
    world: MemoryWorld,
) -> None:
    closed = asyncio.Event()

    class Lost(BytesBlob):
        async def digest(self, kind: Digest) -> str:
            raise StorageUnavailable("the disk is gone")

        async def close(self) -> None:
            closed.set()

    check = CheckHash(events=world.events, runs=world.runs)
    await check(Lost(PHOTO, MediaType.JPEG), "0" * 40, HashPolicy.WARN, SLOT)
    await world.runs.idle()
    assert closed.is_set()
    assert told(world, HashDiffers) == []


@pytest.mark.parametrize("wrong,problem", WRONG.items())
async def test_a_wrong_hash_is_refused_where_it_must_be_right(
    world: MemoryWorld, wrong: str, problem: Problem
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await send(world, wrong, policy="strict")
    assert isinstance(caught.value, HashMismatch) is (problem is not Problem.MISSING)
    assert caught.value.details == {"field": "hash", "problem": problem.value}
    assert world.provider.calls == []
    assert world.media.handles == 0


async def test_a_missing_hash_is_refused_where_it_must_be_right(world: MemoryWorld) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await send(world, None, policy="strict")
    assert caught.value.details == {"field": "hash", "problem": "missing"}


@pytest.mark.parametrize("wrong", [None, *WRONG])
async def test_nobody_cares_where_it_does_not_matter(world: MemoryWorld, wrong: str | None) -> None:
    await send(world, wrong, policy="off")
    assert told(world, HashDiffers) == []
