from __future__ import annotations

import pytest
from attrs import evolve

from photochanger_adapters.memory.provider_keys import MemoryProviderKeys
from photochanger_adapters.memory.seals import MemorySeals
from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.use_cases.reseal_keys import Resealed, ResealKeys
from tests.memory_world import MemoryWorld

CLI = Actor(name="cli")
NOTHING = Resealed(resealed=[], unreadable=[])


@pytest.fixture
def reseal(world: MemoryWorld) -> ResealKeys:
    """What a server does whose secret keys are a new one and the old one."""
    return ResealKeys(
        keys=MemoryProviderKeys(world.settings),
        seals=MemorySeals(["new", *world.seals._key_ids]),
        audit=world.audit,
        clock=world.clock,
    )


async def keep(world: MemoryWorld, **keys: Sealed) -> None:
    version = (await world.settings.stored()).version
    at = world.clock.now()
    await world.settings.change({}, keys=keys, version=version, by="serg", at=at)


async def test_every_key_is_read_with_the_new_secret_key_alone(
    world: MemoryWorld, reseal: ResealKeys
) -> None:
    await keep(world, gemini=world.seals.seal("one"), turbotext=world.seals.seal("two"))

    assert await reseal(by=CLI) == Resealed(resealed=["gemini", "turbotext"], unreadable=[])

    stored = await reseal.keys.all()
    new = MemorySeals(["new"])
    assert {name: new.opened(key.sealed) for name, key in stored.items()} == {
        "gemini": "one",
        "turbotext": "two",
    }


async def test_what_is_done_is_not_done_again(world: MemoryWorld, reseal: ResealKeys) -> None:
    await keep(world, gemini=world.seals.seal("one"))
    await reseal(by=CLI)
    before = await reseal.keys.all()

    assert await reseal(by=CLI) == NOTHING
    assert await reseal.keys.all() == before
    assert len(world.audit.entries) == 1


async def test_without_keys_there_is_nothing_to_do(world: MemoryWorld, reseal: ResealKeys) -> None:
    assert await reseal(by=CLI) == NOTHING
    assert world.audit.entries == []


async def test_what_cannot_be_read_is_named_and_left(
    world: MemoryWorld, reseal: ResealKeys
) -> None:
    lost = MemorySeals(["lost"]).seal("one")
    await keep(world, gemini=lost, turbotext=world.seals.seal("two"))

    done = await reseal(by=CLI)

    assert done == Resealed(resealed=["turbotext"], unreadable=["gemini"])
    assert (await reseal.keys.all())["gemini"].sealed == lost


async def test_a_key_that_an_administrator_sets_meanwhile_stays(
    world: MemoryWorld, reseal: ResealKeys
) -> None:
    class Overtaken(MemoryProviderKeys):
        async def reseal(self, provider: str, *, old: Sealed, new: Sealed) -> bool:
            await keep(world, gemini=world.seals.seal("newer"))
            return await super().reseal(provider, old=old, new=new)

    await keep(world, gemini=world.seals.seal("one"))
    keys = Overtaken(world.settings)

    assert await evolve(reseal, keys=keys)(by=CLI) == NOTHING
    assert reseal.seals.opened((await keys.all())["gemini"].sealed) == "newer"


async def test_the_record_says_who_did_it_and_to_which(
    world: MemoryWorld, reseal: ResealKeys
) -> None:
    await keep(world, gemini=world.seals.seal("one"))
    await reseal(by=CLI)

    [entry] = world.audit.entries
    assert (entry.actor, entry.action) == (CLI, AuditAction.SECRETS_ROTATED)
    assert (entry.subject, entry.details) == (
        "provider_keys",
        {"resealed": ["gemini"], "unreadable": []},
    )
