"""Administrators stop jobs, and remove what they made."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import pytest

from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.job import JobStatus
from photochanger_web.moments import rfc3339_or_none

from .admin import Admin, admin_of
from .booth import captured, file, get, post
from .running_site import Site

NOBODYS: Final = "00000000-0000-4000-8000-00000000000f"


@pytest.fixture
async def admin(site: Site) -> Admin:
    return await admin_of(site)


async def photographed(site: Site) -> str:
    """Return the job of a photo that a booth has sent."""
    return (await post(site.port, captured())).headers["x-job-id"]


async def test_a_job_is_stopped_and_the_booth_is_told(site: Site, admin: Admin) -> None:
    site.world.provider.seconds = 30
    sending = asyncio.create_task(post(site.port, captured()))
    while not site.world.provider.calls:
        await asyncio.sleep(0.01)
    [job_id] = site.world.jobs.jobs
    reply = await admin.ask("POST", f"/api/jobs/{job_id}/cancel")

    assert (reply.status, reply.json["status"]) == (200, "cancelled")
    assert reply.json == (await get(site.port, f"/api/jobs/{job_id}")).json
    answer = await sending
    assert (answer.status, answer.code) == (503, "job_cancelled")
    [entry] = site.world.audit.entries
    assert (entry.action, entry.subject) == (AuditAction.JOB_CANCELLED, job_id)


async def test_a_job_that_is_done_stays_done(site: Site, admin: Admin) -> None:
    job_id = await photographed(site)
    reply = await admin.ask("POST", f"/api/jobs/{job_id}/cancel")
    assert (reply.status, reply.json["status"]) == (200, JobStatus.DONE)
    assert site.world.audit.entries == []


@pytest.mark.parametrize("job_id", [NOBODYS, "x", "..%2F..", "%00"])
async def test_there_are_no_other_jobs(admin: Admin, job_id: str) -> None:
    cancelled = await admin.ask("POST", f"/api/jobs/{job_id}/cancel")
    assert (cancelled.status, cancelled.code) == (404, "job_not_found")
    deleted = await admin.ask("DELETE", f"/api/results/{job_id}")
    assert (deleted.status, deleted.code) == (404, "result_not_found")


async def test_a_guests_picture_is_deleted_for_ever(site: Site, admin: Admin) -> None:
    job_id = await photographed(site)
    for path in ("", "/preview"):
        assert (await get(site.port, f"/public/results/{job_id}{path}")).status == 200
    reply = await admin.ask("DELETE", f"/api/results/{job_id}")

    assert reply.status == 200
    receipt = reply.json
    assert receipt.pop("deleted_at").endswith("Z")
    job = site.world.jobs.jobs[next(iter(site.world.jobs.jobs))]
    assert job.result is not None
    checksum = job.result.sha256
    assert receipt == {
        "job_id": job_id,
        "slot_id": "slot-001",
        "sha256": checksum,
        "deleted_by": "serg",
    }
    for path in ("", "/preview"):
        gone = await get(site.port, f"/public/results/{job_id}{path}")
        assert (gone.status, gone.code) == (410, "result_expired")
    assert (await get(site.port, "/public/slots/slot-001")).json["results"] == []
    assert (await admin.ask("DELETE", f"/api/results/{job_id}")).code == "result_expired"
    assert job.metadata == {}
    [entry] = site.world.audit.entries
    assert (entry.action, entry.subject) == (AuditAction.RESULT_DELETED, job_id)
    assert entry.details == {"slot_id": "slot-001", "sha256": checksum}


async def test_a_photo_whose_picture_was_deleted_is_processed_anew(
    site: Site, admin: Admin
) -> None:
    job_id = await photographed(site)
    await admin.ask("DELETE", f"/api/results/{job_id}")
    assert await photographed(site) != job_id


async def test_what_is_past_its_time_is_removed_and_counted(site: Site, admin: Admin) -> None:
    await photographed(site)
    await admin.send("/api/media/register", [file(name="file")])
    await admin.ask("PUT", "/api/slots/slot-002", {"is_active": True})
    site.world.clock.stepped += timedelta(hours=73)
    fresh, admin = await photographed(site), await admin_of(site)

    nothing = {"expired": 0, "lost": 0, "orphans": 0}
    told = {"is_under_way": False, "results": nothing, "bytes_freed": 0, "failed": 0}
    other = await admin.ask("POST", "/api/slots/slot-002/cleanup")
    assert other.json == {"slot_id": "slot-002", **told}
    reply = await admin.ask("POST", "/api/slots/slot-001/cleanup")
    assert (reply.status, reply.json["results"]) == (200, {**nothing, "expired": 1})
    assert reply.json["bytes_freed"] > 0
    reply = await admin.ask("POST", "/api/cleanup")
    freed = {"bytes_freed": reply.json["bytes_freed"], "media": {"expired": 1, "orphans": 0}}
    assert (reply.status, reply.json) == (200, told | freed)
    assert (await get(site.port, f"/public/results/{fresh}")).status == 200
    cleaned = [e for e in site.world.audit.entries if e.action is AuditAction.CLEANED_UP]
    assert [entry.subject for entry in cleaned] == ["slot-002", "slot-001", "media"]


async def test_who_cleans_up_beside_somebody_else_is_told_so(site: Site, admin: Admin) -> None:
    async with site.world.cleanup_runs.alone():
        reply = await admin.ask("POST", "/api/cleanup")
        of_slot = await admin.ask("POST", "/api/slots/slot-001/cleanup")

    assert (reply.status, reply.json["is_under_way"]) == (200, True)
    assert (of_slot.status, of_slot.json["is_under_way"]) == (200, True)
    assert site.world.cleanup_runs.runs == []
    assert (await admin.ask("POST", "/api/cleanup")).json["is_under_way"] is False


async def test_what_cannot_be_removed_is_told_and_the_moment_of_the_last_success_stays(
    site: Site, admin: Admin
) -> None:
    await admin.ask("POST", "/api/cleanup")
    clean = (await get(site.port, "/healthz")).json["last_cleanup_at"]
    assert clean is not None
    site.world.clock.stepped += timedelta(hours=1)
    site.world.media.failing = StorageUnavailable("away")
    reply = await admin.ask("POST", "/api/cleanup")
    site.world.media.failing = None

    assert (reply.status, reply.json["failed"] > 0) == (200, True)
    last = (await site.use_cases.check_health()).last_cleanup  # a look of its own
    assert rfc3339_or_none(last) == clean
