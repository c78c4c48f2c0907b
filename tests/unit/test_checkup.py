"""A checkup names what is wrong, each thing once, and nothing where all is well."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from photochanger_adapters.memory.provider import ScriptedProvider
from photochanger_core.assembly.checkup import Checkup
from photochanger_core.domain.account import ALL_SCOPES, Account, Actor
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.domain.checkup import Finding, Level, Sign, failure, warning, well
from photochanger_core.domain.errors import (
    AccountsUnavailable,
    FailureReason,
    MediaExpired,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderUnreachable,
    QueueUnavailable,
    StorageFull,
    StorageUnavailable,
)
from photochanger_core.domain.ids import MediaId, SlotId
from photochanger_core.domain.media import MediaUse, TemplateMedia
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.disk import Room
from tests.checkups import FALLBACK, FIRST, SECONDS, Installation
from tests.contract.samples import done, finished, job, result
from tests.memory_world import MemoryWorld

MODEL = "gemini/gemini-3.1-flash-image"
PNG = b"\x89PNG\r\n\x1a\n"
GIGABYTE = 1024**3


@pytest.fixture
async def installation(world: MemoryWorld) -> Installation:
    """One with which all is well: photos have come through, guests let in, administrators too."""
    await world.set_for_all(ingest_password_hash="a hash")
    await world.accounts.save(
        Account(
            name="serg",
            password_hash="a hash",
            scopes=ALL_SCOPES,
            password_set_at=world.clock.now(),
        )
    )
    installed = Installation(world=world)
    await installed.set_slot(fallback=FALLBACK)
    await photo(world, 1, minutes_ago=60)
    return installed


async def photo(
    world: MemoryWorld, number: int, *, minutes_ago: float = 10, seconds: float = 5, **changes: Any
) -> None:
    started_at = world.clock.now() - timedelta(minutes=minutes_ago)
    begun = job(number, started_at=started_at, **changes)
    expires_at = started_at + timedelta(hours=72)
    await finished(world.jobs, done(begun, expires_at, after=seconds))


def signs(findings: Sequence[Finding]) -> list[tuple[Level, str, str]]:
    return [(finding.level, finding.about, finding.sign) for finding in findings]


async def the_only_trouble(installation: Installation) -> Finding:
    [finding] = await installation.trouble()
    return finding


async def test_where_all_is_well_nothing_else_is_told(installation: Installation) -> None:
    found = await installation.found()
    assert await installation.trouble() == []
    assert [finding.sign for finding in found] == [
        *(Sign.CLOCK_OK, Sign.DATABASE_OK, Sign.TABLES_OK, Sign.DATABASE_CLOCK_OK),
        *(Sign.MEDIA_OK, Sign.ACCOUNTS_OK, Sign.ROOM_OK, Sign.SLOT_OK, Sign.PROVIDER_OK),
        *(Sign.PACE_OK, Sign.DELIVERY_OK, Sign.CLEANUP_OK),
    ]


async def test_a_database_that_is_away_is_told_with_its_reason(installation: Installation) -> None:
    installation.database.failing = QueueUnavailable("Connection refused")
    assert await the_only_trouble(installation) == failure(
        "database", Sign.DATABASE_AWAY, why="Connection refused"
    )


@pytest.mark.parametrize(
    "tables, sign", [(4, Sign.TABLES_BEHIND), (0, Sign.TABLES_BEHIND), (6, Sign.TABLES_AHEAD)]
)
async def test_tables_of_another_version(
    installation: Installation, tables: int, sign: Sign
) -> None:
    installation.database.tables, installation.database.newest_tables = tables, 5
    assert await the_only_trouble(installation) == failure(
        "migrations", sign, version=tables, newest=5
    )


async def test_a_database_that_is_too_old(installation: Installation) -> None:
    installation.database.is_supported = False
    assert (await the_only_trouble(installation)).sign == Sign.DATABASE_OLD


@pytest.mark.parametrize("seconds, level", [(6, Level.WARN), (-6, Level.WARN), (90, Level.FAIL)])
async def test_a_clock_of_the_database_that_differs(
    installation: Installation, seconds: float, level: Level
) -> None:
    installation.database.skew = timedelta(seconds=seconds)
    finding = await the_only_trouble(installation)
    assert (finding.level, finding.sign) == (level, Sign.DATABASE_CLOCK_OFF)
    assert finding.values["seconds"] == pytest.approx(abs(seconds), abs=0.1)


async def test_a_clock_that_shows_the_year_in_which_it_lost_its_battery(
    installation: Installation,
) -> None:
    installation.world.clock.stepped = timedelta(days=-365 * 56)
    found = await installation.found()
    assert (Level.FAIL, "clock", Sign.CLOCK_WRONG) in signs(found)
    assert (Level.FAIL, "clock", Sign.CLOCK_SET_BACK) in signs(found)


async def test_a_clock_set_back_behind_the_last_photo(installation: Installation) -> None:
    await photo(installation.world, 2, minutes_ago=-30)
    assert await the_only_trouble(installation) == failure("clock", Sign.CLOCK_SET_BACK, minutes=30)


@pytest.mark.parametrize(
    "error, sign",
    [
        (StorageUnavailable("Read-only file system"), Sign.MEDIA_AWAY),
        (StorageFull("3 MiB are free"), Sign.MEDIA_FULL),
    ],
)
async def test_media_that_cannot_be_stored(
    installation: Installation, error: StorageFull | StorageUnavailable, sign: Sign
) -> None:
    installation.media_health.failing = error
    assert await the_only_trouble(installation) == failure("media", sign, why=error.detail)


async def test_pictures_of_another_database(installation: Installation) -> None:
    installation.world.media_mark.mark = "of another"
    finding = await the_only_trouble(installation)
    assert (finding.level, finding.sign) == (Level.FAIL, Sign.MEDIA_FOREIGN)
    assert "(of another)" in str(finding.values["why"])
    installation.world.media_mark.mark = installation.world.installation.called
    assert await installation.trouble() == []


async def test_a_disk_that_is_full_before_results_expire(installation: Installation) -> None:
    await _store(installation, gigabytes=6, minutes_ago=5)  # in the last six hours: 1 an hour
    installation.disk.left = Room(bytes_in_all=100 * GIGABYTE, bytes_free=60 * GIGABYTE)
    finding = await the_only_trouble(installation)
    assert (finding.level, finding.sign) == (Level.WARN, Sign.ROOM_SHORT)
    wanted = {"free": 60, "needed": 66, "hours": 72, "per_hour": 1}
    assert finding.values == pytest.approx(wanted, rel=1e-3)

    installation.disk.left = Room(bytes_in_all=100 * GIGABYTE, bytes_free=23 * GIGABYTE)
    assert (await the_only_trouble(installation)).level is Level.FAIL
    installation.disk.left = Room(bytes_in_all=100 * GIGABYTE, bytes_free=67 * GIGABYTE)
    assert await installation.trouble() == []


async def test_the_morning_after_the_night_before_counts(installation: Installation) -> None:
    await _store(installation, gigabytes=72, minutes_ago=12 * 60)
    await installation.world.set_for_all(result_ttl_hours=144)
    installation.disk.left = Room(bytes_in_all=100 * GIGABYTE, bytes_free=71 * GIGABYTE)
    assert (await the_only_trouble(installation)).values["needed"] == pytest.approx(72, rel=1e-3)


async def _store(installation: Installation, *, gigabytes: int, minutes_ago: float) -> None:
    world = installation.world
    started_at = world.clock.now() - timedelta(minutes=minutes_ago)
    kept = evolve(result(started_at + timedelta(hours=72)), size=gigabytes * GIGABYTE)
    begun = job(9, started_at=started_at).processing()
    await finished(world.jobs, begun.done(kept, at=started_at + timedelta(seconds=1)))


async def test_little_room_is_told_whatever_the_rate(installation: Installation) -> None:
    installation.disk.left = Room(bytes_in_all=100 * GIGABYTE, bytes_free=GIGABYTE // 2)
    finding = await the_only_trouble(installation)
    assert (finding.level, finding.sign) == (Level.WARN, Sign.ROOM_LITTLE)
    assert finding.values["free"] == 0.5


async def test_a_disk_that_takes_few_files_more(installation: Installation) -> None:
    installation.disk.left = Room(bytes_in_all=100 * GIGABYTE, bytes_free=GIGABYTE, files_free=500)
    assert await the_only_trouble(installation) == warning(
        "room", Sign.FILES_SHORT, free=500, needed=10_000
    )


async def test_accounts_that_are_broken_or_missing(installation: Installation) -> None:
    class Broken(type(installation.world.accounts)):  # type: ignore[misc]
        async def all(self) -> Sequence[Account]:
            raise AccountsUnavailable("line 1 is no JSON")

    installation.world.accounts = Broken()
    assert await the_only_trouble(installation) == failure(
        "accounts", Sign.ACCOUNTS_BROKEN, why="line 1 is no JSON"
    )
    installation.world.accounts = type(MemoryWorld().accounts)()
    assert await the_only_trouble(installation) == warning("accounts", Sign.ACCOUNTS_NONE)


async def test_nobody_can_do_anything_without_an_active_slot(installation: Installation) -> None:
    await installation.set_slot(is_active=False)
    assert await the_only_trouble(installation) == failure("slots", Sign.SLOTS_NONE)


async def test_a_slot_without_fallback(installation: Installation) -> None:
    await installation.set_slot(fallback=None)
    assert await the_only_trouble(installation) == warning(FIRST, Sign.SLOT_NO_FALLBACK)
    await installation.set_slot(on_failure="original")  # guests get no error then
    assert await installation.trouble() == []


async def test_settings_that_the_driver_does_not_take(installation: Installation) -> None:
    await installation.set_slot(settings={"invalid": 1})
    finding = await the_only_trouble(installation)
    assert (finding.about, finding.sign) == (FIRST, Sign.SLOT_WRONG)
    assert "settings.invalid" in str(finding.values["why"])


async def test_a_fallback_that_the_driver_does_not_take(installation: Installation) -> None:
    await installation.set_slot(fallback={**FALLBACK, "settings": {"invalid": 1}})
    finding = await the_only_trouble(installation)
    assert "fallback.settings.invalid" in str(finding.values["why"])


async def test_a_slot_that_nobody_gets_into(installation: Installation) -> None:
    await installation.world.set_for_all(ingest_password_hash=None)
    assert await the_only_trouble(installation) == failure(FIRST, Sign.SLOT_LOCKED)


async def test_a_slot_that_everybody_gets_into(installation: Installation) -> None:
    await installation.set_slot(ingest_password_required=False)
    assert await the_only_trouble(installation) == warning(FIRST, Sign.SLOT_UNLOCKED)
    await installation.set_slot(daily_call_limit=5)  # what it may cost has an end then
    assert await installation.trouble() == []


async def test_an_open_gallery_is_told_where_strangers_see_it(installation: Installation) -> None:
    installation.is_public = True
    assert await the_only_trouble(installation) == warning(
        "galleries", Sign.GALLERIES_OPEN, slots=FIRST, first=FIRST
    )
    await installation.set_slot(gallery="key", gallery_key="k")
    assert await installation.trouble() == []


async def _bind_template(installation: Installation, content: bytes = PNG) -> MediaId:
    world = installation.world
    kept = await world.use.register_template(
        BytesBlob(content, MediaType.PNG), name="style", by=Actor(name="test")
    )
    media_id = kept.media.media_id
    template = TemplateMedia(media_kind="style", media_object_id=media_id)
    await installation.set_slot(template_media=[template])
    return media_id


async def test_templates_that_can_be_decoded(installation: Installation) -> None:
    await _bind_template(installation)
    assert well("templates", Sign.TEMPLATES_OK, count=1) in await installation.found()
    assert installation.world.media.handles == 0


async def test_a_template_whose_file_is_gone(installation: Installation) -> None:
    media_id = await _bind_template(installation)
    await installation.world.media_objects.discard(MediaUse.TEMPLATE, media_id)
    assert await the_only_trouble(installation) == failure(
        FIRST, Sign.TEMPLATE_MISSING, template=media_id, slots=FIRST
    )


async def test_a_template_that_is_no_picture_any_more(installation: Installation) -> None:
    media_id = await _bind_template(installation)
    world = installation.world
    row = await world.media_rows.get(media_id)
    await world.media_objects.keep(row, BytesBlob(PNG + b"broken", MediaType.PNG))
    await installation.set_slot(
        SlotId("slot-002"),
        is_active=True,
        fallback=FALLBACK,
        template_media=[TemplateMedia(media_kind="face", media_object_id=media_id)],
    )
    await photo(world, 5, slot_id=SlotId("slot-002"))
    assert await the_only_trouble(installation) == failure(
        FIRST, Sign.TEMPLATE_BROKEN, template=media_id, slots="slot-001, slot-002"
    )
    assert world.media.handles == 0


async def test_a_template_that_cannot_be_read(installation: Installation) -> None:
    media_id = await _bind_template(installation)
    installation.world.media.failing = StorageUnavailable("12 bytes, not 34")
    assert await the_only_trouble(installation) == failure(
        FIRST, Sign.TEMPLATE_BROKEN, template=media_id, slots=FIRST
    )


async def test_a_wrong_key_is_told_once_for_all_models(installation: Installation) -> None:
    installation.world.provider.ping_error = ProviderMisconfigured("API key not valid")
    assert await the_only_trouble(installation) == failure(
        "gemini",
        Sign.PROVIDER_MISCONFIGURED,
        ways=f"{MODEL}, gemini/spare",
        reason=FailureReason.MISCONFIGURED,
        why="API key not valid",
    )


async def test_every_model_that_is_not_there_is_named(installation: Installation) -> None:
    class Picky(ScriptedProvider):
        async def ping(self, settings: Any, *, seconds: float, anew: bool = False) -> None:
            if "gone" in settings["model"]:
                raise ProviderMisconfigured(f"no model {settings['model']}")

    installation.providers = {"gemini": Picky(installation.world.clock)}
    await installation.set_slot(
        settings={"model": "gone-1"}, fallback={**FALLBACK, "settings": {"model": "gone-2"}}
    )
    trouble = await installation.trouble()
    assert [(finding.level, finding.values["ways"]) for finding in trouble] == [
        (Level.FAIL, "gemini/gone-1"),
        (Level.WARN, "gemini/gone-2"),  # a fallback is not missed at once
    ]


@pytest.mark.parametrize(
    "error, sign",
    [
        (ProviderUnreachable("Connection refused"), Sign.PROVIDER_AWAY),
        (ProviderQuota("used up"), Sign.PROVIDER_QUOTA),
    ],
)
async def test_a_provider_that_takes_nothing(
    installation: Installation, error: Exception, sign: Sign
) -> None:
    installation.world.provider.ping_error = error
    assert (await the_only_trouble(installation)).sign == sign


async def test_a_provider_that_hangs_is_given_up(installation: Installation) -> None:
    installation.world.provider.ping_seconds = 3600
    finding = await the_only_trouble(installation)
    assert (finding.sign, finding.values["reason"]) == (Sign.PROVIDER_AWAY, "timeout")


async def test_a_provider_of_fallbacks_alone_is_a_warning(installation: Installation) -> None:
    clock = installation.world.clock
    down = ScriptedProvider(clock, ping_error=ProviderUnreachable("no route"))
    installation.providers = {"gemini": ScriptedProvider(clock), "other": down}
    await installation.set_slot(fallback={**FALLBACK, "provider": "other"})
    finding = await the_only_trouble(installation)
    assert (finding.level, finding.about) == (Level.WARN, "other")


async def test_providers_that_no_active_slot_uses_are_left_alone(
    installation: Installation,
) -> None:
    down = ScriptedProvider(installation.world.clock, ping_error=ProviderQuota("used up"))
    installation.providers = {"gemini": installation.world.provider, "other": down}
    assert await installation.trouble() == []
    assert down.pings == []


@pytest.mark.parametrize("seconds, level", [(40, Level.WARN), (47.9, Level.WARN), (48, Level.FAIL)])
async def test_pictures_that_come_at_the_last_moment(
    installation: Installation, seconds: float, level: Level
) -> None:
    for number in range(2, 40):
        await photo(installation.world, number, seconds=seconds)
    finding = await the_only_trouble(installation)
    assert (finding.level, finding.about, finding.sign) == (level, FIRST, Sign.PACE_SLOW)
    assert finding.values["window"] == 48


async def test_too_many_timeouts(installation: Installation) -> None:
    world = installation.world
    started_at = world.clock.now() - timedelta(minutes=5)
    late = job(2, started_at=started_at).processing()
    end = started_at + timedelta(seconds=48)
    await finished(world.jobs, late.failed(FailureReason.TIMEOUT, at=end))
    finding = await the_only_trouble(installation)
    assert (finding.sign, finding.values["percent"]) == (Sign.PACE_TIMEOUTS, 50)


async def test_a_day_on_which_nothing_came_of_any_photo(installation: Installation) -> None:
    world = installation.world
    world.jobs.jobs.clear()
    await photo(world, 1, minutes_ago=25 * 60)
    started_at = world.clock.now() - timedelta(minutes=5)
    broken = job(2, started_at=started_at).processing()
    await finished(world.jobs, broken.failed(FailureReason.QUOTA, at=started_at))
    assert await the_only_trouble(installation) == warning(FIRST, Sign.PACE_NO_PICTURE, count=1)


async def test_a_slot_that_has_never_delivered(installation: Installation) -> None:
    await installation.set_slot(SlotId("slot-007"), is_active=True, fallback=FALLBACK)
    assert await the_only_trouble(installation) == warning(
        "delivery", Sign.DELIVERY_NEVER, slots="slot-007", first="slot-007"
    )
    begun = job(2, started_at=installation.world.clock.now(), slot_id=SlotId("slot-007"))
    broken = begun.processing().failed(FailureReason.QUOTA, at=installation.world.clock.now())
    await finished(installation.world.jobs, broken)
    [_, finding] = await installation.trouble()
    assert (finding.sign, finding.values["reason"]) == (Sign.DELIVERY_FAILED, FailureReason.QUOTA)


async def test_expired_results_that_nobody_removes(installation: Installation) -> None:
    await photo(installation.world, 2, minutes_ago=72 * 60 + 29)
    assert await installation.trouble() == []
    await photo(installation.world, 3, minutes_ago=73 * 60)
    assert await the_only_trouble(installation) == warning(
        "cleanup", Sign.CLEANUP_OVERDUE, hours=pytest.approx(1, abs=0.1)
    )


async def test_a_look_that_hangs_or_breaks_hides_no_other(installation: Installation) -> None:
    async def hang() -> Sequence[Finding]:
        await asyncio.Event().wait()
        raise AssertionError

    async def refuse() -> Sequence[Finding]:
        raise QueueUnavailable("no answer in time")

    async def stumble() -> Sequence[Finding]:
        raise KeyError("a guest's name")

    async def see() -> Sequence[Finding]:
        return [well("sight", Sign.MEDIA_OK)]

    run = Checkup(installation.ports()).run
    looks = {"hang": hang, "refuse": refuse, "stumble": stumble, "sight": see}
    assert await run(looks, seconds=SECONDS) == [
        failure("hang", Sign.NO_ANSWER, seconds=6),
        failure("refuse", Sign.TROUBLE, why="no answer in time"),
        failure("stumble", Sign.BUG, why="KeyError"),
        well("sight", Sign.MEDIA_OK),
    ]
    assert installation.world.clock.monotonic() == SECONDS


async def test_a_probe_is_handed_out_for_a_moment(installation: Installation) -> None:
    world = installation.world
    async with Checkup(installation.ports()).lend_probe() as probe:
        handed_out = await world.use.read_provider_media(probe.media_id)
        assert b"".join([chunk async for chunk in handed_out.chunks()]) == probe.content
        await handed_out.close()
    with pytest.raises(MediaExpired):
        await world.use.read_provider_media(probe.media_id)


async def test_a_probe_that_is_left_behind_ends_by_itself(installation: Installation) -> None:
    world = installation.world
    lent = Checkup(installation.ports()).lend_probe()
    probe = await lent.__aenter__()
    await asyncio.sleep(61)
    await world.use.purge_media.expired()
    assert (await world.media_rows.get(probe.media_id)).cleaned_at is not None
    await lent.__aexit__(None, None, None)
