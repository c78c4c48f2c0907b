"""What lies in the rows beyond what the ports show: others read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from attrs import evolve

from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.postgres.turns import PgTurns
from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.errors import FailureReason, VersionConflict
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.media import MediaUse
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.domain.settings import Settings
from tests.databases import ask

from .samples import NOON, TICK, TTL, admitted, attempt, done, job, job_id, media, media_id


@pytest.fixture
async def gateway(dsn: str) -> AsyncIterator[Gateway]:
    async with Gateway(dsn=dsn, size=2) as gateway:
        yield gateway


async def test_a_result_is_a_media_object_named_after_its_job(dsn: str, gateway: Gateway) -> None:
    jobs = PgJobRepo(gateway)
    await admitted(jobs, job())
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
        await admitted(jobs, job(number))
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


async def test_a_ticket_is_in_the_line_of_a_provider(dsn: str, gateway: Gateway) -> None:
    new = await admitted(PgJobRepo(gateway), job())
    lines = "SELECT provider_id, line, ticket FROM job_history"
    assert ask(dsn, lines) == [{"provider_id": "gemini", "line": "gemini", "ticket": new.ticket}]

    moved = await PgTurns(gateway, dsn, SystemClock()).requeue(new, "turbotext")
    assert ask(dsn, lines) == [
        {"provider_id": "gemini", "line": "turbotext", "ticket": moved.ticket}
    ]


async def test_attempts_are_rows_of_their_own(dsn: str, gateway: Gateway) -> None:
    jobs = PgJobRepo(gateway)
    await admitted(jobs, job())
    await jobs.finish(done(job().tried(attempt(1, seconds=1.2345678))))

    assert ask(dsn, "SELECT * FROM attempt") == [
        {
            "job_id": job_id(1),
            "number": 1,
            "provider_id": "gemini",
            "model": "gemini-3.1-flash-image",
            "started_at": NOON + TICK,
            "duration_ms": 1235,
            "failure_reason": "bad_response",
            "detail": "NO_IMAGE: 100% 'Игорь'",
            "usage": {"promptTokenCount": 258, "totalTokenCount": 1548},
            "quota_left": {"foto_limit": 17},
            "source": "ingest",
        }
    ]


async def test_text_of_attempts_that_cannot_be_stored_is_replaced(gateway: Gateway) -> None:
    jobs = PgJobRepo(gateway)
    await admitted(jobs, job())
    await jobs.finish(done(job().tried(attempt(1, model="a\0", detail="\ud83d", usage={"\0": 1}))))

    stored = attempt(1, model="a\ufffd", detail="\ufffd", usage={"\ufffd": 1})
    assert await jobs.attempts(job_id(1)) == [stored]


async def test_every_version_of_a_slot_is_kept_without_its_secrets(
    dsn: str, gateway: Gateway
) -> None:
    slots = PgSlotRepo(gateway)
    await PgMediaRepo(gateway).add(media(7, use=MediaUse.TEMPLATE))
    first = await slots.get(SLOT_IDS[0])
    template = {"media_kind": "style", "media_object_id": media_id(7)}
    second = evolve(
        first,
        version=2,
        template_media=[template],
        display_name="new",
        ingest_password_hash="h",
        gallery_key="k",
        fallback={"provider": "turbotext", "operation": "x"},
        updated_by="igor",
    )
    await slots.save(second)
    with pytest.raises(VersionConflict):
        await slots.save(second)

    rows = ask(dsn, "SELECT * FROM slot_history WHERE slot_id = 'slot-001' ORDER BY version")
    assert [(row["version"], row["changed_by"]) for row in rows] == [(1, "setup"), (2, "igor")]
    snapshot = rows[1]["snapshot"]
    assert snapshot["display_name"] == "new"
    assert snapshot["retry"]["no_picture_tries"] == 5
    assert snapshot["fallback"]["share"] == 40
    assert snapshot["template_media"] == [template]
    assert not snapshot.keys() & {"ingest_password_hash", "gallery_key"}


async def test_no_fallback_is_no_value(dsn: str, gateway: Gateway) -> None:
    slots = PgSlotRepo(gateway)
    first = await slots.get(SLOT_IDS[0])
    await slots.save(evolve(first, version=2))

    [row] = ask(dsn, "SELECT fallback IS NULL AS nothing FROM slot WHERE id = 'slot-001'")
    assert row == {"nothing": True}


async def test_settings_have_versions_of_their_own(dsn: str, gateway: Gateway) -> None:
    settings = PgSettingsRepo(gateway)
    await settings.seed({"ingest_password_hash": "h", "result_ttl_hours": 1}, by="env", at=NOON)
    sealed = Sealed(ciphertext="gAAA", key_id="k")
    await settings.change(
        {"result_ttl_hours": 2}, keys={"gemini": sealed}, version=1, by="igor", at=NOON + TTL
    )

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
        {
            "key": "revision",
            "value": None,
            "version": 2,
            "updated_at": NOON + TTL,
            "updated_by": "igor",
        },
    ]
    [row] = ask(dsn, "SELECT * FROM provider_secret")
    assert bytes(row.pop("ciphertext")) == b"gAAA"
    assert row == {
        "provider": "gemini",
        "key_id": "k",
        "updated_at": NOON + TTL,
        "updated_by": "igor",
    }


async def test_settings_of_others_are_left_alone(dsn: str, gateway: Gateway) -> None:
    ask(dsn, "INSERT INTO settings VALUES ('of.another_version', '[]', 1, now(), 'x')")

    assert await PgSettingsRepo(gateway).read() == Settings()


async def test_admission_looks_at_running_jobs_only(dsn: str, gateway: Gateway) -> None:
    """However many jobs there were, the index of the running ones is what is read."""
    ask(
        dsn,
        """
        INSERT INTO job_history
        SELECT gen_random_uuid()::text, 'slot-001', 1, 'ingest', 'done', 'gemini', now(), now(),
            now(), now(), 1, NULL, 'x', now(), '', '{}' FROM generate_series(1, 5000);
        """,
    )
    ask(dsn, "ANALYZE job_history")
    await admitted(PgJobRepo(gateway), job())

    plan = ask(
        dsn,
        """
        EXPLAIN SELECT count(*), count(*) FILTER (WHERE slot_id = 'slot-001') FROM job_history
        WHERE status IN ('processing', 'pending') AND lease_until >= now()
        """,
    )
    assert "job_history_running" in str(plan)
