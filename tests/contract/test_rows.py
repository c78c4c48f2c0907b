"""What lies in the rows beyond what the ports show: others read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from attrs import evolve

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_core.domain.errors import FailureReason, VersionConflict
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.settings import Settings
from tests.databases import ask

from .samples import NOON, PLENTY, TTL, done, job, job_id


@pytest.fixture
async def gateway(dsn: str) -> AsyncIterator[Gateway]:
    async with Gateway(dsn=dsn, size=2) as gateway:
        yield gateway


async def test_a_result_is_a_media_object_named_after_its_job(dsn: str, gateway: Gateway) -> None:
    jobs = PgJobRepo(gateway)
    await jobs.admit(job(), PLENTY)
    await jobs.finish(done(job(), after=1.5))

    [media] = ask(dsn, "SELECT * FROM media_object")
    assert media == {
        "id": job_id(1).replace("-", ""),
        "job_id": job_id(1),
        "slot_id": "slot-001",
        "type": "result",
        "path": "results/slot-001/x/payload.png",
        "media_type": "image/png",
        "size": 123_456,
        "sha256": "cd" * 32,
        "created_at": NOON + timedelta(seconds=1.5),
        "expires_at": NOON + TTL,
        "cleaned_at": None,
    }


async def test_the_job_itself_says_how_it_ended(dsn: str, gateway: Gateway) -> None:
    jobs = PgJobRepo(gateway)
    for number in (1, 2):
        await jobs.admit(job(number), PLENTY)
    await jobs.finish(done(job(1), after=1.5))
    await jobs.finish(job(2).failed(FailureReason.TIMEOUT, at=NOON + timedelta(days=60)))

    columns = "duration_ms, failure_reason, result_path, result_expires_at, checksum"
    first, second = ask(dsn, f"SELECT {columns} FROM job_history ORDER BY job_id")  # noqa: S608 - no input
    assert first == {
        "duration_ms": 1500,
        "failure_reason": None,
        "result_path": "results/slot-001/x/payload.png",
        "result_expires_at": NOON + TTL,
        "checksum": "cd" * 32,
    }
    assert second["duration_ms"] == 60 * 24 * 3600 * 1000
    assert [second[name] for name in columns.split(", ")[1:]] == ["timeout", None, None, None]


async def test_every_version_of_a_slot_is_kept_without_its_password(
    dsn: str, gateway: Gateway
) -> None:
    slots = PgSlotRepo(gateway)
    first = await slots.get(SLOT_IDS[0])
    second = evolve(
        first, version=2, display_name="new", ingest_password_hash="h", updated_by="igor"
    )
    await slots.save(second)
    with pytest.raises(VersionConflict):
        await slots.save(second)

    rows = ask(dsn, "SELECT * FROM slot_history WHERE slot_id = 'slot-001' ORDER BY version")
    assert [(row["version"], row["changed_by"]) for row in rows] == [(1, "setup"), (2, "igor")]
    assert rows[1]["snapshot"]["display_name"] == "new"
    assert "ingest_password_hash" not in rows[1]["snapshot"]


async def test_settings_have_versions_of_their_own(dsn: str, gateway: Gateway) -> None:
    settings = PgSettingsRepo(gateway)
    await settings.seed({"ingest_password_hash": "h", "result_ttl_hours": 1}, by="env", at=NOON)
    await settings.change({"result_ttl_hours": 2}, by="igor", at=NOON + TTL)

    assert ask(dsn, "SELECT * FROM settings ORDER BY key") == [
        {
            "key": "ingest.dslr_password",
            "value": "h",
            "version": 1,
            "updated_at": NOON,
            "updated_by": "env",
        },
        {
            "key": "result_ttl_hours",
            "value": 2,
            "version": 2,
            "updated_at": NOON + TTL,
            "updated_by": "igor",
        },
    ]


async def test_settings_of_others_are_left_alone(dsn: str, gateway: Gateway) -> None:
    ask(dsn, "INSERT INTO settings VALUES ('of.another_version', '[]', 1, now(), 'x')")

    assert await PgSettingsRepo(gateway).read() == Settings()


async def test_admission_looks_at_open_jobs_only(dsn: str, gateway: Gateway) -> None:
    """However many jobs there were, the index of the open ones is what is read."""
    ask(
        dsn,
        """
        INSERT INTO job_history
        SELECT gen_random_uuid()::text, 'slot-001', 1, 'ingest', 'done', 'gemini', now(), now(),
            now(), now(), 1, NULL, 'x', now(), '', '{}' FROM generate_series(1, 5000);
        """,
    )
    ask(dsn, "ANALYZE job_history")
    await PgJobRepo(gateway).admit(job(), PLENTY)

    plan = ask(
        dsn,
        """
        EXPLAIN SELECT count(*), count(*) FILTER (WHERE slot_id = 'slot-001') FROM job_history
        WHERE status IN ('processing', 'pending') AND lease_until >= now()
        """,
    )
    assert "job_history_open" in str(plan)
