from __future__ import annotations

import pytest
from attrs import evolve

from photochanger_adapters.memory.provider_keys import MemoryProviderKeys
from photochanger_adapters.memory.seals import MemorySeals
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import ProviderMisconfigured
from photochanger_core.domain.provider_key import KeySource, ProviderKey
from photochanger_core.use_cases.find_key import FindKey
from tests.memory_world import MemoryWorld

KEY = "AIza-of-the-database"


@pytest.fixture
def find_key(world: MemoryWorld) -> FindKey:
    return FindKey(
        keys=MemoryProviderKeys(world.settings),
        seals=world.seals,
        environment={"gemini": "of-the-environment"},
    )


async def set_key(world: MemoryWorld, key: str | None) -> None:
    await world.use.configure_settings({"provider_keys": {"gemini": key}}, by=Actor(name="serg"))


async def test_the_key_of_the_environment_counts_while_there_is_no_other(
    world: MemoryWorld, find_key: FindKey
) -> None:
    assert await find_key("gemini") == "of-the-environment"
    assert await find_key.all(["gemini"]) == {
        "gemini": ProviderKey(text="of-the-environment", source=KeySource.ENVIRONMENT)
    }


async def test_the_key_of_the_database_wins_until_it_is_removed(
    world: MemoryWorld, find_key: FindKey
) -> None:
    await set_key(world, KEY)
    assert await find_key("gemini") == KEY
    assert await find_key.all(["gemini"]) == {
        "gemini": ProviderKey(text=KEY, source=KeySource.DATABASE, updated_at=world.clock.now())
    }

    await set_key(world, None)
    assert await find_key("gemini") == "of-the-environment"


async def test_where_nobody_has_set_one_there_is_none(find_key: FindKey) -> None:
    assert await find_key("turbotext") is None
    assert await find_key.all(["turbotext"]) == {"turbotext": ProviderKey()}
    assert await find_key.all([]) == {}


async def test_a_key_that_cannot_be_read_is_not_replaced_in_silence(
    world: MemoryWorld, find_key: FindKey
) -> None:
    await set_key(world, KEY)
    without = evolve(find_key, seals=MemorySeals(["another"]))

    with pytest.raises(ProviderMisconfigured, match=r"gemini.*SECRET_KEYS"):
        await without("gemini")
    known = (await without.all(["gemini"]))["gemini"]
    assert (known.is_unreadable, known.is_configured) == (True, False)


async def test_no_key_is_shown(world: MemoryWorld, find_key: FindKey) -> None:
    await set_key(world, KEY)

    shown = repr(find_key) + repr(await find_key.all(["gemini", "turbotext"]))
    assert KEY not in shown
    assert "of-the-environment" not in shown
