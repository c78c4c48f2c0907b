"""What every `SettingsRepoPort` promises."""

from __future__ import annotations

from attrs import fields_dict

from photochanger_core.domain.settings import HashPolicy, Settings
from photochanger_core.ports.settings_repo import SettingsRepoPort

from .samples import NOON

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


async def test_what_was_never_set_has_its_default(settings_repo: SettingsRepoPort) -> None:
    assert await settings_repo.read() == Settings()


async def test_changes_are_kept_and_leave_the_rest(settings_repo: SettingsRepoPort) -> None:
    await settings_repo.change({"result_ttl_hours": 5}, by="igor", at=NOON)
    await settings_repo.change({"slot_max_in_flight": 2}, by="igor", at=NOON)
    await settings_repo.change({"result_ttl_hours": 6}, by="igor", at=NOON)

    assert await settings_repo.read() == Settings(result_ttl_hours=6, slot_max_in_flight=2)


async def test_every_setting_can_be_changed(settings_repo: SettingsRepoPort) -> None:
    assert EVERYTHING.keys() == fields_dict(Settings).keys()
    await settings_repo.change(EVERYTHING, by="igor", at=NOON)

    assert await settings_repo.read() == Settings(**EVERYTHING)  # type: ignore[arg-type] # mixed


async def test_changing_nothing_changes_nothing(settings_repo: SettingsRepoPort) -> None:
    await settings_repo.change({}, by="igor", at=NOON)
    await settings_repo.seed({}, by="igor", at=NOON)

    assert await settings_repo.read() == Settings()


async def test_seeding_sets_only_what_was_never_set(settings_repo: SettingsRepoPort) -> None:
    await settings_repo.change({"result_ttl_hours": 5}, by="igor", at=NOON)
    await settings_repo.seed({"result_ttl_hours": 7, "max_in_flight_jobs": 3}, by="env", at=NOON)
    await settings_repo.seed({"max_in_flight_jobs": 4}, by="env", at=NOON)

    assert await settings_repo.read() == Settings(result_ttl_hours=5, max_in_flight_jobs=3)


async def test_a_password_that_was_taken_away_is_not_seeded(
    settings_repo: SettingsRepoPort,
) -> None:
    await settings_repo.change({"ingest_password_hash": None}, by="igor", at=NOON)
    await settings_repo.seed({"ingest_password_hash": "hash"}, by="env", at=NOON)

    assert (await settings_repo.read()).ingest_password_hash is None
