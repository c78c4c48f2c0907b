"""Administrators try slots."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final

import pytest

from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import ProviderQuota
from photochanger_core.domain.job import JobSource
from photochanger_core.domain.slot import MEGABYTE

from .admin import Admin, admin_of
from .booth import CHANGED, PHOTO, file, get, text
from .running_site import Site

RUN: Final = "/api/slots/slot-001/test-run"
IMAGE: Final = file(name="test_image")


@pytest.fixture
async def admin(site: Site) -> Admin:
    return await admin_of(site)


def payload(value: object) -> bytes:
    return text("slot_payload", json.dumps(value).encode())


async def test_a_trial_is_answered_as_a_booth_is(site: Site, admin: Admin) -> None:
    reply = await admin.send(RUN, [IMAGE])

    assert (reply.status, reply.body) == (200, CHANGED)
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["content-disposition"] == 'attachment; filename="result.jpg"'
    assert reply.headers.keys() >= {"x-job-id", "x-result-url", "server-timing"}
    [job] = site.world.jobs.jobs.values()
    assert (job.job_id, job.source) == (reply.headers["x-job-id"], JobSource.UI_TEST)
    assert job.correlation_id == reply.headers["x-correlation-id"]
    assert site.world.media.handles == 0


async def test_a_trial_is_told_of_in_json_to_who_asks_for_it(site: Site, admin: Admin) -> None:
    reply = await admin.send(RUN, [IMAGE], extra=["accept: application/json"])

    assert reply.status == 200
    told = reply.json
    assert told["public_result_url"] == f"http://admin.test/public/results/{told['job_id']}"
    assert reply.headers["x-job-id"] == told["job_id"]
    assert told["timing"].keys() == {"upload", "wait", "provider", "store"}
    assert 0 <= told["completed_in_seconds"] < 20
    assert told.keys() == {
        "job_id",
        "slot_id",
        "public_result_url",
        "result_expires_at",
        "content_type",
        "size",
        "completed_in_seconds",
        "timing",
    }
    stored = await get(site.port, f"/public/results/{told['job_id']}")
    assert stored.body == CHANGED
    assert site.world.media.handles == 0


async def test_every_trial_is_a_job_of_its_own(admin: Admin) -> None:
    first, second = await admin.send(RUN, [IMAGE]), await admin.send(RUN, [IMAGE])
    assert first.headers["x-job-id"] != second.headers["x-job-id"]


async def test_what_is_not_saved_is_tried(site: Site, admin: Admin) -> None:
    before = await site.world.slots.all()
    changes = {"is_active": False, "settings": {"prompt": "a beach"}, "version": 1}
    reply = await admin.send(RUN, [payload(changes), IMAGE])

    assert reply.status == 200
    [call] = site.world.provider.calls
    assert call.order.settings == {"prompt": "a beach"}
    assert await site.world.slots.all() == before
    [entry] = site.world.audit.entries
    assert (entry.action, entry.subject) == (AuditAction.SLOT_TESTED, "slot-001")
    assert entry.details == {"version": 1, "tried": ["is_active", "settings"]}


@pytest.mark.parametrize(
    "parts, status, code",
    [
        ([], 400, "invalid_request"),
        ([payload({})], 400, "invalid_request"),
        ([file(name="file")], 400, "invalid_request"),
        ([IMAGE, IMAGE], 400, "invalid_request"),
        ([IMAGE, payload({}), payload({})], 400, "invalid_request"),
        ([IMAGE, text("media_object_id", b"0" * 32)], 400, "invalid_request"),
        ([text("media_object_id", b"0" * 32)], 404, "not_found"),
        ([text("media_object_id", b"\xff")], 404, "not_found"),
        ([text("media_object_id", b"0" * 33)], 400, "invalid_request"),
        ([IMAGE, payload({"colour": "red"})], 422, "validation_failed"),
        ([IMAGE, payload({"settings": {"invalid": 1}})], 422, "validation_failed"),
        ([IMAGE, payload({"version": 2})], 409, "version_conflict"),
        ([IMAGE, payload([])], 400, "invalid_request"),
        ([IMAGE, text("slot_payload", b"{")], 400, "invalid_request"),
        ([IMAGE, text("slot_payload", b'{"display_name":"\xff"}')], 400, "invalid_request"),
        ([IMAGE, text("slot_payload", b'{"display_name":"\\u0000"}')], 400, "invalid_request"),
        ([IMAGE, text("slot_payload", b"[" * 200_000)], 400, "invalid_request"),
        ([IMAGE, text("slot_payload", b" " * 300_000)], 400, "invalid_request"),
        ([file(b"GIF89a as it were", name="test_image")], 415, "unsupported_media_type"),
        ([file(PHOTO + b"broken", name="test_image")], 400, "invalid_request"),
    ],
)
async def test_what_cannot_be_tried_is_not(
    site: Site, admin: Admin, parts: list[bytes], status: int, code: str
) -> None:
    reply = await admin.send(RUN, parts)

    assert (reply.status, reply.code) == (status, code)
    assert (site.world.provider.calls, site.world.media.handles) == ([], 0)


async def test_a_trial_of_no_slot_is_none(site: Site, admin: Admin) -> None:
    reply = await admin.send("/api/slots/slot-099/test-run", [IMAGE])
    assert (reply.status, reply.code) == (404, "slot_not_found")
    assert site.world.media.handles == 0


async def test_a_photo_that_no_booth_might_send_is_not_tried(site: Site, admin: Admin) -> None:
    large = file(PHOTO + bytes(MEGABYTE), name="test_image")
    reply = await admin.send(RUN, [large, payload({"size_limit_mb": 1})])
    assert (reply.status, reply.code) == (413, "payload_too_large")
    assert reply.json["error"]["details"] == {"limit_bytes": MEGABYTE}
    assert (await admin.send(RUN, [large, payload({"size_limit_mb": 2})])).status == 200


async def test_a_trial_fails_as_a_photo_would(site: Site, admin: Admin) -> None:
    await site.world.set_slot(retry={"error_tries": 1})
    site.world.provider.error = ProviderQuota()
    reply = await admin.send(RUN, [IMAGE], extra=["accept: application/json"])

    assert (reply.status, reply.code) == (503, "provider_error")
    assert reply.json["failure_reason"] == "quota"
    assert "retry-after" in reply.headers
    assert reply.json["error"]["details"].keys() >= {"job_id", "expires_at"}


async def test_a_picture_that_was_taken_in_is_tried_as_often_as_one_likes(
    site: Site, admin: Admin
) -> None:
    upload = (await admin.send("/api/media/register", [file(name="file")])).json
    named = text("media_object_id", upload["media_object_id"].encode())
    for _ in range(2):
        reply = await admin.send(RUN, [named])
        assert (reply.status, reply.body) == (200, CHANGED)
    assert site.world.media.handles == 0

    site.world.clock.stepped += timedelta(hours=1, seconds=1)
    reply = await admin.send(RUN, [named])
    assert (reply.status, reply.code) == (410, "media_expired")
    await site.use_cases.purge_media.expired()
    assert (await admin.send(RUN, [named])).code == "media_expired"


async def test_a_template_is_no_photo_to_try(admin: Admin) -> None:
    registered = await admin.send("/api/template-media/register", [file(name="file")])
    named = text("media_object_id", registered.json["template_media_id"].encode())
    assert (await admin.send(RUN, [named])).status == 404
