"""What every `SettingsRepoPort` promises."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from attrs import fields_dict

from photochanger_core.domain.errors import VersionConflict
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.domain.settings import HashPolicy, Settings, StoredSettings
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .samples import NOON, TICK

EVERYTHING = {
    "sync_response_seconds": 60,
    "result_ttl_hours": 1,
    "max_in_flight_jobs": 30,
    "slot_max_in_flight": 10,
    "provider_concurrency": 3,
    "dedupe_seconds": 0,
    "request_rate": 5,
    "request_burst": 6,
    "hash_policy": HashPolicy.STRICT,
    "gallery_limit": 20,
    "ingest_password_hash": "$argon2id$v=19$m=19456 '%s'",
}
ONE = Sealed(ciphertext="one", key_id="k")


async def change(
    repo: SettingsRepoPort,
    values: Mapping[str, object],
    keys: Mapping[str, Sealed | None] | None = None,
    *,
    ticks: int = 0,
    by: str = "igor",
) -> None:
    """Change the settings from whatever version they are at."""
    version = (await repo.stored()).version
    at = NOON + ticks * TICK
    await repo.change(values, keys=keys or {}, version=version, by=by, at=at)


async def test_what_was_never_set_has_its_default(settings_repo: SettingsRepoPort) -> None:
    assert await settings_repo.read() == Settings()
    assert await settings_repo.stored() == StoredSettings(settings=Settings())


async def test_changes_are_kept_and_leave_the_rest(settings_repo: SettingsRepoPort) -> None:
    await change(settings_repo, {"result_ttl_hours": 5})
    await change(settings_repo, {"slot_max_in_flight": 2})
    await change(settings_repo, {"result_ttl_hours": 6})

    assert await settings_repo.read() == Settings(result_ttl_hours=6, slot_max_in_flight=2)


async def test_every_setting_can_be_changed(settings_repo: SettingsRepoPort) -> None:
    assert EVERYTHING.keys() == fields_dict(Settings).keys()
    await change(settings_repo, EVERYTHING)

    assert await settings_repo.read() == Settings(**EVERYTHING)  # type: ignore[arg-type] # mixed


async def test_changing_nothing_changes_nothing(settings_repo: SettingsRepoPort) -> None:
    await change(settings_repo, {})
    assert await settings_repo.seed({}, by="igor", at=NOON) == []

    assert await settings_repo.read() == Settings()


async def test_every_change_is_a_version_of_all_and_says_whose_it_is(
    settings_repo: SettingsRepoPort,
) -> None:
    await change(settings_repo, {"result_ttl_hours": 5}, ticks=1)
    await change(settings_repo, {}, {"gemini": ONE}, ticks=2, by="serg")

    stored = await settings_repo.stored()
    assert stored.settings == Settings(result_ttl_hours=5)
    assert (stored.version, stored.updated_at, stored.updated_by) == (2, NOON + 2 * TICK, "serg")


async def test_a_change_of_what_somebody_else_has_changed_is_refused(
    settings_repo: SettingsRepoPort, provider_keys: ProviderKeysPort
) -> None:
    await change(settings_repo, {"result_ttl_hours": 5}, {"gemini": ONE})
    before = await settings_repo.stored()

    for version in (0, 2):
        with pytest.raises(VersionConflict) as caught:
            await settings_repo.change(
                {"result_ttl_hours": 6, "gallery_limit": 3},
                keys={"gemini": None, "turbotext": ONE},
                version=version,
                by="serg",
                at=NOON + TICK,
            )
        assert caught.value.details == {"version": 1}

    assert await settings_repo.stored() == before
    assert (await provider_keys.all()).keys() == {"gemini"}


async def test_it_is_known_since_when_and_by_whom_the_password_is_there(
    settings_repo: SettingsRepoPort,
) -> None:
    await change(settings_repo, {"ingest_password_hash": "one"}, by="serg")
    await change(settings_repo, {"result_ttl_hours": 5}, ticks=1)

    stored = await settings_repo.stored()
    assert (stored.password_rotated_at, stored.password_rotated_by) == (NOON, "serg")

    await change(settings_repo, {"ingest_password_hash": "two"}, ticks=2)
    stored = await settings_repo.stored()
    assert (stored.password_rotated_at, stored.password_rotated_by) == (NOON + 2 * TICK, "igor")


async def test_seeding_sets_only_what_was_never_set(settings_repo: SettingsRepoPort) -> None:
    await change(settings_repo, {"result_ttl_hours": 5})
    first = {"result_ttl_hours": 7, "max_in_flight_jobs": 3, "gallery_limit": 4}
    set_first = await settings_repo.seed(first, by="env", at=NOON)
    set_later = await settings_repo.seed({"max_in_flight_jobs": 4}, by="env", at=NOON)

    assert (set_first, set_later) == (["gallery_limit", "max_in_flight_jobs"], [])
    settings = Settings(result_ttl_hours=5, max_in_flight_jobs=3, gallery_limit=4)
    assert await settings_repo.read() == settings


async def test_seeding_is_a_change_if_it_sets_anything(settings_repo: SettingsRepoPort) -> None:
    await settings_repo.seed({"ingest_password_hash": "hash"}, by="env", at=NOON)
    seeded = await settings_repo.stored()
    await settings_repo.seed({"ingest_password_hash": "other"}, by="more", at=NOON + TICK)

    assert (seeded.version, seeded.updated_by, seeded.password_rotated_by) == (1, "env", "env")
    assert await settings_repo.stored() == seeded


async def test_a_password_that_was_taken_away_is_not_seeded(
    settings_repo: SettingsRepoPort,
) -> None:
    await change(settings_repo, {"ingest_password_hash": None})
    await settings_repo.seed({"ingest_password_hash": "hash"}, by="env", at=NOON)

    assert (await settings_repo.read()).ingest_password_hash is None
