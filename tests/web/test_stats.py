"""An administrator looks at figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from attrs import evolve

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.job import Job, JobSource
from photochanger_core.domain.slot import MEGABYTE
from photochanger_web.moments import rfc3339
from tests.contract.samples import attempt, done, finished, job, job_id, running

from .admin import token_for
from .booth import Reply, get
from .running_site import Site

PATHS: Final = [
    "/api/jobs",
    "/api/stats/overview",
    "/api/stats/slots",
    "/api/stats/slots/slot-001",
    "/api/stats/system",
    "/api/stats/export.csv",
]
WITH_WINDOW: Final = PATHS[1:]
TAGGED: Final = PATHS[1:5]
NOTHING: Final = {
    "jobs_last_window": 0,
    "timeouts_last_window": 0,
    "provider_errors_last_window": 0,
    "degraded_last_window": 0,
    "late_last_window": 0,
    "ui_tests_last_window": 0,
    "success_rate": None,
    "timeout_rate": None,
    "p50_ms": None,
    "p95_ms": None,
    "active_jobs": 0,
}


async def bearer(site: Site, scopes: Collection[Scope] = tuple(Scope)) -> Sequence[str]:
    """Return the header lines of an administrator who may do what *scopes* name."""
    return [f"authorization: Bearer {await token_for(site.world, *scopes)}"]


async def read(site: Site, path: str, *, extra: Sequence[str] = ()) -> Reply:
    return await get(site.port, path, extra=[*await bearer(site), *extra])


def begun(now: datetime, number: int, minutes: float = 1, **changes: Any) -> Job:
    """A job that began so many minutes before *now*."""
    return job(number, started_at=now - timedelta(minutes=minutes), **changes)


async def happened(site: Site) -> datetime:
    """Let something of everything happen up to now, and return when that is."""
    jobs, now = site.world.jobs, site.world.clock.now()
    await finished(jobs, done(begun(now, 1), after=1))
    refused = begun(now, 2, minutes=2)
    tried = await running(jobs, refused)
    for number in (1, 2):
        one = attempt(number, started_at=refused.started_at, failure_reason=FailureReason.REFUSED)
        tried = tried.tried(one)
    await jobs.finish(tried.failed(FailureReason.REFUSED, at=refused.started_at))
    slow = begun(now, 3, minutes=3, slot_id=SlotId("slot-002"))
    await finished(jobs, slow.failed(FailureReason.TIMEOUT, at=slow.started_at))
    await finished(jobs, done(begun(now, 4, source=JobSource.UI_TEST)))
    await running(jobs, begun(now, 5))
    return now


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_looks_without_a_token(site: Site, path: str) -> None:
    reply = await get(site.port, path)

    assert (reply.status, reply.code) == (401, "unauthorized")


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_looks_who_may_not(site: Site, path: str) -> None:
    others = set(Scope) - {Scope.STATS_READ}
    reply = await get(site.port, path, extra=await bearer(site, others))

    assert (reply.status, reply.code) == (403, "forbidden")


@pytest.mark.parametrize("path", PATHS)
async def test_whoever_may_looks(site: Site, path: str) -> None:
    reply = await get(site.port, path, extra=await bearer(site, [Scope.STATS_READ]))

    assert reply.status == 200


@pytest.mark.parametrize("path", TAGGED)
async def test_figures_are_sent_again_once_they_have_changed(site: Site, path: str) -> None:
    tag = (await read(site, path)).headers["etag"]
    await happened(site)
    reply = await read(site, path, extra=[f"if-none-match: {tag}"])

    assert (reply.status, reply.headers["etag"] != tag) == (200, True)


@pytest.mark.parametrize("path", TAGGED)
async def test_a_series_is_sent_again_once_it_begins_elsewhere(site: Site, path: str) -> None:
    tag = (await read(site, path)).headers["etag"]
    site.world.clock.stepped += timedelta(hours=1)
    reply = await read(site, path, extra=[f"if-none-match: {tag}"])

    assert reply.status == (304 if path == "/api/stats/overview" else 200)


@pytest.mark.parametrize("path", WITH_WINDOW)
@pytest.mark.parametrize(
    "query, field",
    [
        ("window_minutes=4", "window_minutes"),
        ("window_minutes=4321", "window_minutes"),
        ("window_minutes=-60", "window_minutes"),
        ("window_minutes=", "window_minutes"),
        ("window_minutes=60.0", "window_minutes"),
        ("window_minutes=%D9%A6%D9%A0", "window_minutes"),
        (f"window_minutes={'9' * 5000}", "window_minutes"),
    ],
)
async def test_what_is_wrong_in_the_query_is_named(
    site: Site, path: str, query: str, field: str
) -> None:
    reply = await read(site, f"{path}?{query}")

    assert (reply.status, reply.code) == (422, "validation_failed")
    [error] = reply.json["error"]["details"]["errors"]
    assert error["field"] == field


async def test_the_overview_of_an_idle_service(site: Site) -> None:
    reply = await read(site, "/api/stats/overview")

    slots = [
        {
            "slot_id": slot_id,
            "display_name": f"Slot {number}",
            "is_active": number == 1,
            **NOTHING,
            "last_success_at": None,
            "last_error_reason": None,
        }
        for number, slot_id in enumerate(SLOT_IDS, start=1)
    ]
    system = {"jobs_total": 0, "storage_usage_mb": 0.0, **NOTHING}
    assert reply.json == {"window_minutes": 60, "system": system, "slots": slots}


async def test_the_overview_tells_what_happened(site: Site) -> None:
    now = await happened(site)
    reply = await read(site, "/api/stats/overview?window_minutes=5")

    assert reply.json["window_minutes"] == 5
    assert reply.json["system"] == {
        "jobs_total": 4,
        "jobs_last_window": 4,
        "timeouts_last_window": 1,
        "provider_errors_last_window": 1,
        "degraded_last_window": 0,
        "late_last_window": 0,
        "ui_tests_last_window": 1,
        "storage_usage_mb": round(2 * 123_456 / MEGABYTE, 1),
        "active_jobs": 1,
        "success_rate": 0.3333,
        "timeout_rate": 0.3333,
        "p50_ms": 1000,
        "p95_ms": 1000,
    }
    first, second, *_ = reply.json["slots"]
    assert first == {
        "slot_id": "slot-001",
        "display_name": "Slot 1",
        "is_active": True,
        "jobs_last_window": 3,
        "timeouts_last_window": 0,
        "provider_errors_last_window": 1,
        "degraded_last_window": 0,
        "late_last_window": 0,
        "ui_tests_last_window": 1,
        "last_success_at": rfc3339(begun(now, 1).started_at + timedelta(seconds=1)),
        "last_error_reason": "refused",
        "active_jobs": 1,
        "success_rate": 0.5,
        "timeout_rate": 0.0,
        "p50_ms": 1000,
        "p95_ms": 1000,
    }
    assert (second["timeouts_last_window"], second["last_error_reason"]) == (1, "timeout")


async def test_a_slot_without_a_name_is_called_by_its_id(site: Site) -> None:
    first = await site.world.slots.get(SLOT_IDS[0])
    await site.world.slots.save(evolve(first, display_name=" ", version=first.version + 1))
    reply = await read(site, "/api/stats/overview")

    assert reply.json["slots"][0]["display_name"] == "slot-001"


async def test_slots_are_told_of_stretch_by_stretch(site: Site) -> None:
    await happened(site)
    reply = await read(site, "/api/stats/slots?window_minutes=60")

    assert reply.json.keys() == {"window_minutes", "bucket_minutes", "slots"}
    assert reply.json["bucket_minutes"] == 1
    series = {slot["slot_id"]: slot["series"] for slot in reply.json["slots"]}
    assert list(series) == list(SLOT_IDS)
    assert {len(points) for points in series.values()} <= {60, 61}
    assert sum(point["jobs"] for point in series["slot-001"]) == 3
    assert sum(point["timeouts"] for point in series["slot-002"]) == 1
    overview = await read(site, "/api/stats/overview?window_minutes=60")
    rows = [{k: v for k, v in slot.items() if k != "series"} for slot in reply.json["slots"]]
    assert rows == overview.json["slots"]


async def test_of_a_slot_its_failures_are_told(site: Site) -> None:
    now = await happened(site)
    reply = await read(site, "/api/stats/slots/slot-001?window_minutes=5")

    told = reply.json
    assert (told["window_minutes"], told["bucket_minutes"], told["slot_id"]) == (5, 1, "slot-001")
    assert told["failures"] == [
        {
            "job_id": job_id(2),
            "started_at": rfc3339(begun(now, 2, minutes=2).started_at),
            "status": "failed",
            "failure_reason": "refused",
            "is_degraded": False,
            "provider": "gemini",
            "attempts": 2,
            "detail": "NO_IMAGE: 100% 'Игорь'",
        }
    ]
    [point] = [point for point in told["series"] if point["provider_errors"]]
    assert point == {
        "from": point["from"],
        "jobs": 1,
        "timeouts": 0,
        "provider_errors": 1,
        "degraded": 0,
        "late": 0,
        "ui_tests": 0,
        "success_rate": 0.0,
        "timeout_rate": 0.0,
        "p50_ms": None,
        "p95_ms": None,
    }


async def test_of_failures_the_last_twenty_are_told_however_old(site: Site) -> None:
    now = site.world.clock.now()
    for number in range(1, 23):
        one = begun(now, number, minutes=10_000 + number)
        await finished(site.world.jobs, one.failed(FailureReason.QUOTA, at=one.started_at))
    reply = await read(site, "/api/stats/slots/slot-001")

    failures = reply.json["failures"]
    assert [one["job_id"] for one in failures] == [job_id(number) for number in range(1, 21)]
    assert failures[0] == {
        **failures[0],
        "attempts": 0,
        "provider": "gemini",
        "detail": None,
    }


@pytest.mark.parametrize("name", ["slot-016", "x", "..%2fslot-001"])
async def test_there_are_no_figures_of_other_slots(site: Site, name: str) -> None:
    reply = await read(site, f"/api/stats/slots/{name}")

    assert (reply.status, reply.code) == (404, "slot_not_found")


async def test_the_system_tells_of_its_providers(site: Site) -> None:
    await happened(site)
    site.world.health.quota_told("gemini", {"foto_limit": 7})
    reply = await read(site, "/api/stats/system?window_minutes=5")

    assert reply.json.keys() == {
        *("window_minutes", "bucket_minutes", "system", "series", "providers")
    }
    assert reply.json["providers"] == [
        {
            "provider": "gemini",
            "attempts": 2,
            "failures": {"refused": 2},
            "p50_ms": None,
            "p95_ms": None,
            "tokens": {"promptTokenCount": 516, "totalTokenCount": 3096},
            "quota_left": {"foto_limit": 7},
        }
    ]
    overview = await read(site, "/api/stats/overview?window_minutes=5")
    assert reply.json["system"] == overview.json["system"]
    assert sum(point["jobs"] for point in reply.json["series"]) == 4


async def table(site: Site) -> tuple[Reply, list[list[str]]]:
    reply = await read(site, "/api/stats/export.csv?window_minutes=5")
    text = reply.body.decode("utf-8-sig")
    return reply, list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


async def test_the_table_opens_in_a_spreadsheet(site: Site) -> None:
    await happened(site)
    reply, (head, *rows) = await table(site)

    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="statistics.csv"'
    assert reply.body.startswith(b"\xef\xbb\xbf")
    assert ";".join(head) == (
        "from_utc;slot_id;slot;jobs;open;done;late;degraded;timeout;provider_error;other_error;"
        "cancelled;ui_test;p50_ms;p95_ms"
    )
    assert [(row[1], row[3]) for row in rows] == [
        ("slot-002", "1"),
        ("slot-001", "1"),
        ("slot-001", "2"),
    ]
    assert rows[0][0] < rows[1][0] < rows[2][0]
    assert rows[2][3:] == ["2", "1", "1", "0", "0", "0", "0", "0", "0", "1", "1000", "1000"]
    assert rows[0][-2:] == ["", ""]


@pytest.mark.parametrize("sign", list("=+-@＝"))
async def test_a_name_is_no_formula(site: Site, sign: str) -> None:
    name = f'{sign}HYPERLINK("http://x";"y")'
    first = await site.world.slots.get(SLOT_IDS[0])
    await site.world.slots.save(evolve(first, display_name=name, version=first.version + 1))
    await finished(site.world.jobs, done(begun(site.world.clock.now(), 1)))
    _, (_, row) = await table(site)

    assert row[2] == f"'{name}"


async def test_jobs_are_listed_with_what_they_tried(site: Site) -> None:
    now = await happened(site)
    reply = await read(site, "/api/jobs?status=failed")

    [listed] = reply.json["jobs"]
    public = await get(site.port, f"/api/jobs/{job_id(2)}")
    assert listed == {
        **public.json,
        "provider": "gemini",
        "is_degraded": False,
        "is_late": False,
        "attempts": [
            {
                "number": number,
                "provider": "gemini",
                "model": "gemini-3.1-flash-image",
                "started_at": rfc3339(begun(now, 2, minutes=2).started_at),
                "duration_ms": 1234,
                "failure_reason": "refused",
                "detail": "NO_IMAGE: 100% 'Игорь'",
                "usage": {"promptTokenCount": 258, "totalTokenCount": 1548},
                "quota_left": {"foto_limit": 17},
            }
            for number in (1, 2)
        ],
    }
    assert reply.json["next_before"] is None


async def test_what_booths_say_of_themselves_is_not_listed(site: Site) -> None:
    await happened(site)
    reply = await read(site, "/api/jobs")

    assert len(reply.json["jobs"]) == 5
    assert "twice" not in reply.body.decode()
    assert "metadata" not in reply.body.decode()


async def test_the_list_is_leafed_through_by_its_links(site: Site) -> None:
    await happened(site)
    first = await read(site, "/api/jobs?limit=3&source=ingest")
    second = await read(site, f"/api/jobs?limit=3&source=ingest&before={first.json['next_before']}")

    seen = [one["job_id"] for one in first.json["jobs"] + second.json["jobs"]]
    assert seen == [job_id(number) for number in (5, 1, 2, 3)]
    assert second.json["next_before"] is None


async def test_a_list_that_is_known_is_not_sent_again(site: Site) -> None:
    now = await happened(site)
    known = await read(site, "/api/jobs")
    tag = f"if-none-match: {known.headers['etag']}"
    same = await read(site, "/api/jobs", extra=[tag])
    await running(site.world.jobs, begun(now, 6))
    changed = await read(site, "/api/jobs", extra=[tag])

    assert (same.status, same.body, same.headers["etag"]) == (304, b"", known.headers["etag"])
    assert same.headers["cache-control"] == known.headers["cache-control"] == "private, no-cache"
    assert (changed.status, len(changed.json["jobs"])) == (200, 6)


@pytest.mark.parametrize(
    "query, field",
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("status=gone", "status"),
        ("source=booth", "source"),
        ("slot_id=slot-16", "slot_id"),
        ("before=yesterday", "before"),
        ("before=%00", "before"),
    ],
)
async def test_a_list_that_cannot_be_is_refused_by_field(
    site: Site, query: str, field: str
) -> None:
    reply = await read(site, f"/api/jobs?{query}")

    assert (reply.status, reply.code) == (422, "validation_failed")
    assert [one["field"] for one in reply.json["error"]["details"]["errors"]] == [field]
