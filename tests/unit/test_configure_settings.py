from __future__ import annotations

from collections.abc import Mapping

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import ValidationFailed, VersionConflict
from photochanger_core.domain.settings import Settings
from tests.memory_world import MemoryWorld

GOOD: dict[str, list[int]] = {
    "sync_response_seconds": [10, 60],
    "result_ttl_hours": [1, 168],
    "max_in_flight_jobs": [1, 1000],
    "slot_max_in_flight": [1, 1000],
}
BAD: dict[str, list[object]] = {
    "sync_response_seconds": [9, 61, None, 48.0, "48", True],
    "result_ttl_hours": [0, 169, None, 1.5, "72", True],
    "max_in_flight_jobs": [0, 1001, -1, None, "12", True],
    "slot_max_in_flight": [0, 1001, None, [4], True],
    "ingest_password": ["", None, 123456, "x" * 1025, "\ud800"],
    "ingest_password_hash": ["x", None],
    "colour": ["red"],
}


async def refused(world: MemoryWorld, changes: Mapping[str, object]) -> set[str]:
    """Return the fields that are named as wrong; nothing may have changed."""
    before = await world.settings.read()
    with pytest.raises(ValidationFailed) as caught:
        await world.use.configure_settings(changes, by=Actor(name="serg"))
    assert await world.settings.read() == before
    return {problem.field for problem in caught.value.problems}


@pytest.mark.parametrize("name,value", [(name, v) for name, values in GOOD.items() for v in values])
async def test_values_at_the_edge_are_taken(world: MemoryWorld, name: str, value: int) -> None:
    settings = await world.use.configure_settings({name: value}, by=Actor(name="serg"))
    assert getattr(settings, name) == value
    assert settings == await world.settings.read()


@pytest.mark.parametrize("name,value", [(name, v) for name, values in BAD.items() for v in values])
async def test_values_beyond_are_named(world: MemoryWorld, name: str, value: object) -> None:
    assert await refused(world, {name: value}) == {name}


async def test_all_is_changed_or_nothing(world: MemoryWorld) -> None:
    changes = {"result_ttl_hours": 24, "max_in_flight_jobs": 0, "ingest_password": "x"}
    assert await refused(world, changes) == {"max_in_flight_jobs"}


async def test_every_wrong_field_is_named(world: MemoryWorld) -> None:
    changes = {"result_ttl_hours": 0, "colour": "red", "ingest_password": ""}
    assert await refused(world, changes) == {"result_ttl_hours", "colour", "ingest_password"}


async def test_what_is_not_named_stays(world: MemoryWorld) -> None:
    await world.use.configure_settings({"result_ttl_hours": 24}, by=Actor(name="serg"))
    settings = await world.use.configure_settings({"max_in_flight_jobs": 20}, by=Actor(name="serg"))
    assert settings == Settings(result_ttl_hours=24, max_in_flight_jobs=20)


async def test_the_password_is_stored_as_a_hash_only(world: MemoryWorld) -> None:
    settings = await world.use.configure_settings(
        {"ingest_password": "geheim"}, by=Actor(name="serg")
    )
    assert settings.ingest_password_hash is not None
    assert await world.passwords.verify(settings.ingest_password_hash, "geheim")
    assert "geheim" not in repr(settings) + settings.ingest_password_hash
    assert settings.ingest_password_hash not in repr(settings)


async def test_a_first_start_sets_what_was_never_set(world: MemoryWorld) -> None:
    await world.use.configure_settings({"result_ttl_hours": 24}, by=Actor(name="serg"))
    first = {"result_ttl_hours": 48, "max_in_flight_jobs": 20, "ingest_password": "one"}
    start = world.use.configure_settings.at_first_start
    names = await start(first, by=Actor(name="environment"))
    assert names == {"max_in_flight_jobs", "ingest_password"}
    settings = await world.settings.read()
    assert (settings.result_ttl_hours, settings.max_in_flight_jobs) == (24, 20)
    assert not await start({"ingest_password": "two"}, by=Actor(name="environment"))
    assert await world.settings.read() == settings


async def test_a_first_start_with_wrong_values_sets_nothing(world: MemoryWorld) -> None:
    with pytest.raises(ValidationFailed):
        await world.use.configure_settings.at_first_start(
            {"result_ttl_hours": 48, "max_in_flight_jobs": 0}, by=Actor(name="environment")
        )
    assert await world.settings.read() == Settings()


def noted(world: MemoryWorld) -> list[tuple[str, AuditAction, str, object]]:
    """Return the record: who, what, to what, and the changes."""
    return [
        (entry.actor.name, entry.action, entry.subject, entry.details["changes"])
        for entry in world.audit.entries
    ]


async def test_the_record_tells_old_and_new_but_of_secrets_only_that_they_changed(
    world: MemoryWorld,
) -> None:
    changes = {
        "result_ttl_hours": 24,
        "gallery_limit": 10,  # as it was
        "hash_policy": "strict",
        "ingest_password": "geheim",
        "provider_keys": {"gemini": "AIza-1"},
    }
    await world.use.configure_settings(changes, by=Actor(name="serg", address="192.0.2.7"))

    assert noted(world) == [
        (
            "serg",
            AuditAction.SETTINGS_CHANGED,
            "settings",
            {
                "result_ttl_hours": {"old": 72, "new": 24},
                "hash_policy": {"old": "warn", "new": "strict"},
                "ingest_password": "changed",
            },
        ),
        ("serg", AuditAction.PROVIDER_KEY_CHANGED, "gemini", {"key": "changed"}),
    ]
    assert {entry.actor.address for entry in world.audit.entries} == {"192.0.2.7"}
    assert "geheim" not in repr(world.audit)
    assert "AIza-1" not in repr(world.audit)


async def test_what_is_as_it_was_is_no_change(world: MemoryWorld) -> None:
    await world.use.configure_settings({"result_ttl_hours": 72}, by=Actor(name="serg"))

    assert world.audit.entries == []
    assert (await world.settings.stored()).version == 0


async def test_a_first_start_is_noted_with_what_it_has_set(world: MemoryWorld) -> None:
    first = {"result_ttl_hours": 48, "ingest_password": "one"}
    for values in (first, {**first, "gallery_limit": 5}, first):
        await world.use.configure_settings.at_first_start(values, by=Actor(name="environment"))

    told = [changes for *_, changes in noted(world)]
    assert told == [
        {"result_ttl_hours": {"old": 72, "new": 48}, "ingest_password": "changed"},
        {"gallery_limit": {"old": 10, "new": 5}},
    ]


async def test_keys_are_kept_sealed(world: MemoryWorld) -> None:
    await world.use.configure_settings(
        {"provider_keys": {"gemini": "AIza-1"}}, by=Actor(name="serg")
    )

    [stored] = world.settings.keys.values()
    assert world.seals.opened(stored.sealed) == "AIza-1"
    assert "AIza-1" not in stored.sealed.ciphertext + repr(world.settings)


async def test_what_was_seen_before_somebody_else_changed_it_is_not_changed(
    world: MemoryWorld,
) -> None:
    configure, serg = world.use.configure_settings, Actor(name="serg")
    await configure({"result_ttl_hours": 24}, by=serg, seen={0})

    for seen in ({0}, {2}, set[int]()):
        with pytest.raises(VersionConflict):
            await configure({"result_ttl_hours": 48}, by=serg, seen=seen)
    assert (await configure({"result_ttl_hours": 48}, by=serg, seen={1})).result_ttl_hours == 48


@pytest.mark.parametrize(
    "keys, name",
    [({"dalle": "x"}, "dalle"), ({"dalle": None}, "dalle"), ({"": "x"}, '""'), ({1: "x"}, "1")],
)
async def test_only_providers_there_are_have_keys(
    world: MemoryWorld, keys: Mapping[object, object], name: str
) -> None:
    assert await refused(world, {"provider_keys": keys}) == {f"provider_keys.{name}"}
