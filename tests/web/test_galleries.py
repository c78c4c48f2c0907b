"""Guests look at the latest pictures of a slot."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from photochanger_core.domain.account import Scope

from .admin import admin_of
from .booth import CHANGED, PASSWORD_PART, PHOTO, captured, file, get, post
from .running_site import Site

GALLERY = "/public/slots/slot-001"
HOST = "http://guest.test"


@pytest.fixture
async def job_id(site: Site) -> str:
    return (await post(site.port, captured())).headers["x-job-id"]


async def test_a_gallery_tells_all_of_a_picture(site: Site, job_id: str) -> None:
    site.world.clock.stepped += timedelta(hours=1)
    reply = await get(site.port, GALLERY)

    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    [shown] = reply.json.pop("results")
    assert reply.json["slot_id"] == "slot-001"
    assert reply.json["display_name"] == "Slot 1"
    assert 71 * 3600 - 60 < shown.pop("expires_in_seconds") <= 71 * 3600
    assert shown.pop("finished_at") < shown.pop("expires_at")
    assert shown == {
        "job_id": job_id,
        "media_type": "image/jpeg",
        "size": len(CHANGED),
        "result_url": f"{HOST}/public/results/{job_id}",
        "preview_url": f"{HOST}/public/results/{job_id}/preview",
    }


async def test_the_latest_pictures_come_first_and_no_more_than_set(site: Site) -> None:
    await site.world.set(gallery_limit=2)
    sent = [
        (await post(site.port, [PASSWORD_PART, file(PHOTO + number)])).headers["x-job-id"]
        for number in (b"1", b"2", b"3")
    ]
    shown = (await get(site.port, GALLERY)).json["results"]

    assert [result["job_id"] for result in shown] == [sent[2], sent[1]]


async def test_a_picture_past_its_time_is_not_shown(site: Site, job_id: str) -> None:
    site.world.clock.stepped += timedelta(hours=73)

    assert (await get(site.port, GALLERY)).json["results"] == []


@pytest.mark.parametrize("slot", ["slot-016", "x", "..%2fslot-001"])
async def test_an_unknown_slot_has_no_gallery(site: Site, slot: str) -> None:
    reply = await get(site.port, f"/public/slots/{slot}")

    assert (reply.status, reply.code) == (404, "slot_not_found")


async def test_a_gallery_may_be_off(site: Site) -> None:
    await site.world.set_slot(gallery="off")

    assert (await get(site.port, f"{GALLERY}?key=gallery-key")).code == "slot_not_found"


async def test_a_gallery_may_take_a_key(site: Site, job_id: str) -> None:
    await site.world.set_slot(gallery="key")

    assert (await get(site.port, GALLERY)).code == "slot_not_found"
    assert (await get(site.port, f"{GALLERY}?key=")).code == "slot_not_found"
    assert (await get(site.port, f"{GALLERY}?key=wrong")).code == "slot_not_found"
    opened = await get(site.port, f"{GALLERY}?key=gallery-key")
    assert [result["job_id"] for result in opened.json["results"]] == [job_id]


async def shared_by(site: Site) -> dict[str, str]:
    reply = await (await admin_of(site, Scope.SLOTS_WRITE)).post("/api/gallery/share")
    assert reply.status == 201
    made: dict[str, str] = reply.json
    return made


async def test_all_pictures_are_shown_to_whoever_has_a_link(site: Site, job_id: str) -> None:
    made = await shared_by(site)
    reply = await get(site.port, made["url"].removeprefix("http://admin.test"))

    assert made["url"] == f"http://admin.test/public/gallery/{made['token']}"
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert reply.json["expires_at"] == made["expires_at"]
    [shown] = reply.json["results"]
    [alone] = (await get(site.port, GALLERY)).json["results"]
    alone["expires_in_seconds"] = shown["expires_in_seconds"]
    assert shown == {"slot_id": "slot-001", "display_name": "Slot 1", **alone}


async def test_a_link_is_over_after_a_quarter_of_an_hour(site: Site) -> None:
    path = f"/public/gallery/{(await shared_by(site))['token']}"
    site.world.clock.stepped += timedelta(minutes=16)
    over = await get(site.port, path, extra=["accept-language: en"])

    assert (over.status, over.code) == (410, "media_expired")
    assert over.json["error"]["message"] == "The link does not work any more"


@pytest.mark.parametrize("token", ["x", "gallery-ke", "%ff%00", "a" * 4000])
async def test_what_is_no_link_leads_nowhere(site: Site, token: str) -> None:
    await shared_by(site)
    reply = await get(site.port, f"/public/gallery/{token}")

    assert (reply.status, reply.code) == (404, "not_found")


async def test_links_are_in_no_log(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    token = (await shared_by(site))["token"]
    assert (await get(site.port, f"/public/gallery/{token}")).status == 200
    assert (await get(site.port, f"/public/gallery/{token}x")).status == 404
    site.world.clock.stepped += timedelta(hours=1)
    assert (await get(site.port, f"/public/gallery/{token}")).status == 410

    logged = capsys.readouterr()
    assert "/public/gallery/{token}" in logged.out
    assert token not in logged.out + logged.err
    assert token not in str(site.world.audit.entries)


async def test_keys_are_in_no_log(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    await site.world.set_slot(gallery="key")
    await get(site.port, f"{GALLERY}?key=gallery-key")
    await get(site.port, f"{GALLERY}?key=s3cret")
    await post(site.port, captured(), path="/ingest/slot-001?key=s3cret")

    logged = capsys.readouterr()
    assert "/public/slots/{slot_id}" in logged.out
    assert "gallery-key" not in logged.out + logged.err
    assert "s3cret" not in logged.out + logged.err


async def test_a_preview_is_handed_out_safely(site: Site, job_id: str) -> None:
    reply = await get(site.port, f"/public/results/{job_id}/preview")

    assert (reply.status, reply.headers["content-type"]) == (200, "image/webp")
    assert reply.body.startswith(b"RIFF")
    assert reply.headers["etag"] == f'"{sha256(reply.body).hexdigest()}"'
    assert reply.headers["cache-control"] == "private, no-cache"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"].startswith("sandbox")
    again = await get(site.port, f"/public/results/{job_id}/preview")
    assert (again.body, again.headers["etag"]) == (reply.body, reply.headers["etag"])
    assert site.world.media.handles == 0


async def test_a_known_preview_is_not_sent_again(site: Site, job_id: str) -> None:
    path = f"/public/results/{job_id}/preview"
    etag = (await get(site.port, path)).headers["etag"]
    reply = await get(site.port, path, extra=[f"if-none-match: {etag}"], verb="HEAD")

    assert (reply.status, reply.headers["etag"]) == (304, etag)
    assert site.world.media.handles == 0


async def test_the_head_of_a_preview_has_no_body(site: Site, job_id: str) -> None:
    path = f"/public/results/{job_id}/preview"
    whole, head = await get(site.port, path), await get(site.port, path, verb="HEAD")

    assert (head.status, head.headers["content-length"]) == (200, str(len(whole.body)))


async def test_a_preview_goes_with_its_picture(site: Site, job_id: str) -> None:
    path = f"/public/results/{job_id}/preview"
    await get(site.port, path)
    site.world.clock.stepped += timedelta(hours=73)

    for _ in range(2):
        reply = await get(site.port, path)
        assert (reply.status, reply.code) == (410, "result_expired")


@pytest.mark.parametrize("name", ["x", "00000000-0000-4000-8000-0000000000ff"])
async def test_of_an_unknown_result_there_is_no_preview(site: Site, name: str) -> None:
    reply = await get(site.port, f"/public/results/{name}/preview")

    assert (reply.status, reply.code) == (404, "result_not_found")
