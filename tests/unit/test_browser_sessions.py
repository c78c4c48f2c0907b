"""What browsers keep of administrators, and for how long it counts."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest

from photochanger_adapters.memory.seals import MemorySeals
from photochanger_adapters.security.seals import FernetSeals, new_secret_key
from photochanger_core.domain.browser_session import BrowserSession
from photochanger_core.domain.errors import Unauthorized
from photochanger_core.domain.login import SESSION_IDLE
from photochanger_core.use_cases.open_session import OpenSession
from photochanger_core.use_cases.seal_session import SealSession
from photochanger_core.use_cases.watch_changes import HEARTBEAT
from tests.memory_world import MemoryWorld

SESSION = BrowserSession(token="t" * 600, form_key="k")


async def test_a_session_comes_back_as_it_was(world: MemoryWorld) -> None:
    sealed = await world.use.seal_session(SESSION)

    assert (await world.use.open_session(sealed)).session == SESSION
    assert "ttt" not in sealed + repr(SESSION)


async def test_it_is_over_when_nothing_happens_for_long(world: MemoryWorld) -> None:
    sealed = await world.use.seal_session(SESSION)
    world.clock.stepped += SESSION_IDLE - timedelta(microseconds=1)
    assert (await world.use.open_session(sealed)).session == SESSION
    world.clock.stepped += timedelta(microseconds=1)

    with pytest.raises(Unauthorized):
        await world.use.open_session(sealed)


async def test_it_says_how_long_it_lasts(world: MemoryWorld) -> None:
    sealed = await world.use.seal_session(SESSION)
    world.clock.stepped += timedelta(minutes=20)
    opened, now = await world.use.open_session(sealed), world.clock.now()

    assert opened.left(now + timedelta(hours=3)) == SESSION_IDLE - timedelta(minutes=20)
    assert opened.may_last(now + timedelta(hours=3))
    assert opened.left(now + timedelta(minutes=5)) == timedelta(minutes=5)
    assert not opened.may_last(now + timedelta(minutes=5))


@pytest.mark.parametrize("text", ["", "x", "[]", "1", json.dumps({"token": "t", "form_key": "k"})])
async def test_what_else_is_sealed_is_none(world: MemoryWorld, text: str) -> None:
    with pytest.raises(Unauthorized):
        await world.use.open_session(world.seals.seal(text).ciphertext)


async def test_real_seals_make_it_small_enough_and_fit_for_a_cookie(world: MemoryWorld) -> None:
    old, new = new_secret_key(), new_secret_key()
    sealed = await SealSession(seals=FernetSeals([old]), clock=world.clock)(SESSION)
    opened = partial(OpenSession, clock=world.clock)

    assert len(sealed) < 2000
    assert sealed.isascii()
    assert not set(sealed) & set(' ";,\\')
    assert (await opened(seals=FernetSeals([new, old]))(sealed)).session == SESSION
    for seals in (FernetSeals([new]), MemorySeals()):
        with pytest.raises(Unauthorized):
            await opened(seals=seals)(sealed)


@pytest.mark.parametrize("changed", ["", "x", "\udcff", "я", "A" * 5000])
async def test_what_was_changed_is_none(world: MemoryWorld, changed: str) -> None:
    with pytest.raises(Unauthorized):
        await world.use.open_session(changed)


async def test_whoever_looks_on_in_a_session_is_asked_for_it_again(world: MemoryWorld) -> None:
    sealed = await world.use.seal_session(SESSION)
    asked = 0

    async def may_still() -> object:
        nonlocal asked
        asked += 1
        return await world.use.open_session(sealed)

    with world.use.watch_changes(may_still) as watch:
        told = [change async for change in watch]
    assert told[1:] == [None] * (len(told) - 1)
    assert asked == SESSION_IDLE / timedelta(seconds=HEARTBEAT)
