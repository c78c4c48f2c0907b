from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from photochanger_adapters.memory.provider import ScriptedProvider
from photochanger_core.assembly import UseCases
from photochanger_core.domain.errors import (
    FailureReason,
    ProviderMisconfigured,
    ProviderNotFound,
)
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.use_cases.check_provider import ProviderCheck
from tests.memory_world import MemoryWorld

MODEL = "gemini-3.1-flash-image"
"""What the only active slot of a new installation uses."""


async def save(world: MemoryWorld, number: int, **changes: Any) -> None:
    slot = await world.slots.get(SLOT_IDS[number])
    await world.slots.save(evolve(slot, version=slot.version + 1, **changes))


def asked(world: MemoryWorld) -> set[object]:
    return {settings.get("model") for settings in world.provider.pings}


async def test_it_is_asked_about_every_model_in_use_once(world: MemoryWorld) -> None:
    fallback = {"provider": "gemini", "operation": "image_edit", "settings": {"model": "spare"}}
    await save(world, 1, is_active=True, settings={"model": "pro"}, fallback=fallback)
    await save(world, 2, is_active=True, settings={"model": "pro", "prompt": "Sea."})
    await save(world, 3, is_active=False, settings={"model": "unused"})
    await save(world, 4, is_active=True, provider="other", settings={"model": "other"})

    assert await world.use.check_provider("gemini") == ProviderCheck()

    assert asked(world) == {MODEL, "pro", "spare"}
    assert len(world.provider.pings) == 3


async def test_whoever_is_not_in_use_is_asked_about_what_slots_have_by_default(
    world: MemoryWorld,
) -> None:
    await save(world, 0, is_active=False)

    assert await world.use.check_provider("gemini") == ProviderCheck()
    assert world.provider.pings == [{}]


async def test_one_model_that_is_gone_is_enough_to_fail(world: MemoryWorld) -> None:
    class Picky(ScriptedProvider):
        async def ping(self, settings: Any, *, seconds: float, anew: bool = False) -> None:
            if settings["model"] == "gone":
                raise ProviderMisconfigured("no such model")

    await save(world, 1, is_active=True, settings={"model": "gone"})
    use = UseCases.over(world.ports(providers={"gemini": Picky(world.clock)}))

    check = await use.check_provider("gemini")

    assert check.failure is FailureReason.MISCONFIGURED
    assert check.detail == "gemini/gone: no such model"


async def test_silence_is_told_after_five_seconds(world: MemoryWorld) -> None:
    world.provider.ping_seconds = 3600
    began = world.clock.monotonic()

    check = await world.use.check_provider("gemini")

    assert check == ProviderCheck(
        failure=FailureReason.TIMEOUT, way=f"gemini/{MODEL}", why="no answer within 5 s"
    )
    assert world.clock.monotonic() - began == 5


async def test_nothing_is_remembered(world: MemoryWorld) -> None:
    world.provider.ping_error = ProviderMisconfigured("the API key is not valid")
    assert (await world.use.check_provider("gemini")).failure is not None

    world.provider.ping_error = None
    assert await world.use.check_provider("gemini") == ProviderCheck()
    assert world.provider.pings_anew == 2


async def test_there_are_no_other_providers(world: MemoryWorld) -> None:
    with pytest.raises(ProviderNotFound):
        await world.use.check_provider("dalle")
