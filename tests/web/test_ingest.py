"""A booth sends a photo and is answered with a picture."""

from __future__ import annotations

import itertools

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import JobStatus
from photochanger_web.config import WebConfig

from .booth import (
    CHANGED,
    PASSWORD,
    PASSWORD_PART,
    PHOTO,
    captured,
    file,
    form,
    get,
    head,
    line_to,
    post,
    talk,
    text,
)
from .running_site import Site, site_over
from .world import World

EXPECT = ["expect: 100-continue"]


async def test_a_photo_is_answered_with_the_picture(site: Site) -> None:
    reply = await post(site.port, captured())

    assert (reply.status, reply.body) == (200, CHANGED)
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["content-length"] == str(len(CHANGED))
    assert reply.headers["content-disposition"] == 'attachment; filename="result.jpg"'
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["server"] == "PhotoChanger"
    assert reply.headers["x-result-expires-at"].endswith("Z")


async def test_the_link_serves_the_same_bytes(site: Site) -> None:
    reply = await post(site.port, captured())
    link = reply.headers["x-result-url"]

    assert link == f"http://booth.test/public/results/{reply.headers['x-job-id']}"
    assert (await get(site.port, link.removeprefix("http://booth.test"))).body == reply.body


async def test_without_a_host_links_start_with_the_servers_address(site: Site) -> None:
    body = form(captured())
    named = head(len(body)).replace(b"HTTP/1.1\r\nhost: booth.test\r\n", b"HTTP/1.0\r\n")
    reply = await talk(site.port, named + body)

    assert reply.headers["x-result-url"].startswith(f"http://127.0.0.1:{site.port}/public/")


async def test_links_start_with_the_public_base_url() -> None:
    world = World()
    config = WebConfig(public_base_url="https://booth.example/p")
    async with site_over(world, config) as site:
        reply = await post(site.port, captured())

    assert reply.headers["x-result-url"].startswith("https://booth.example/p/public/results/")


@pytest.mark.parametrize(
    "path",
    [
        "/ingest/slot-001",
        "/ingest/slot-001/",
        "/api/ingest/slot-001",
        "/ingest/slot-001?style={token}&x=%zz",
    ],
)
async def test_every_form_of_the_link_works(site: Site, path: str) -> None:
    assert (await post(site.port, captured(), path=path)).status == 200


@pytest.mark.parametrize("order", list(itertools.permutations([0, 1, 2])), ids=str)
async def test_parts_come_in_any_order(site: Site, order: tuple[int, ...]) -> None:
    parts = [PASSWORD_PART, file(), text("_charset_", b"utf-8")]

    assert (await post(site.port, [parts[i] for i in order])).status == 200


async def test_the_password_may_stand_in_the_link(site: Site) -> None:
    path = f"/ingest/slot-001?key={PASSWORD}"

    assert (await post(site.port, [file()], path=path)).status == 200
    assert (await post(site.port, [file()], path=f"{path}0")).status == 401


async def test_an_open_slot_needs_no_password(site: Site) -> None:
    changes = {"ingest_password_required": False}
    await site.use_cases.configure_slot("slot-001", changes, settings={}, by=Actor(name="test"))

    assert (await post(site.port, [file()])).status == 200


async def test_a_slots_own_password_stands_before_the_common_one(site: Site) -> None:
    changes = {"ingest_password": "own"}
    await site.use_cases.configure_slot("slot-001", changes, settings={}, by=Actor(name="test"))

    assert (await post(site.port, captured())).status == 401
    assert (await post(site.port, [text("password", b"own"), file()])).status == 200


async def test_what_else_a_booth_says_is_kept_and_never_interpreted(site: Site) -> None:
    extra = [text("survey1_Имя", "Ёж".encode("cp1251")), text("job_id", b"1"), text("nul", b"a\0b")]
    reply = await post(site.port, [*extra, PASSWORD_PART, file()])

    job = await site.world.jobs.get(JobId(reply.headers["x-job-id"]))
    assert job.status is JobStatus.DONE
    assert set(job.metadata) == {"survey1_Имя", "job_id", "nul"}
    assert job.metadata["survey1_Имя"] == "\ufffd\ufffd"


async def test_a_booth_that_expects_is_told_to_go_on(site: Site) -> None:
    body = form(captured())
    async with line_to(site.port) as line:
        await line.send(head(len(body), extra=EXPECT))
        assert await line.read(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        await line.send(body)

        assert (await line.reply()).body == CHANGED


async def test_a_booth_that_does_not_wait_for_the_word_is_served_too(site: Site) -> None:
    body = form(captured())

    assert (await talk(site.port, head(len(body), extra=EXPECT) + body)).status == 200


async def test_a_chunked_form_is_taken(site: Site) -> None:
    body = form(captured())
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"

    assert (await talk(site.port, head(None) + chunked)).body == CHANGED


async def test_two_photos_come_over_one_connection(site: Site) -> None:
    body = form(captured())
    async with line_to(site.port) as line:
        for _ in range(2):
            await line.send(head(len(body)) + body)
            assert (await line.reply()).body == CHANGED


@pytest.mark.parametrize("given, kept", [("abc-1", True), ("a b", False), ("x" * 65, False)])
async def test_a_sane_correlation_id_is_taken_over(site: Site, given: str, kept: bool) -> None:
    reply = await post(site.port, captured(), extra=[f"x-correlation-id: {given}"])

    assert (reply.headers["x-correlation-id"] == given) is kept


async def test_the_job_tells_how_it_went(site: Site) -> None:
    reply = await post(site.port, captured())
    job_id = reply.headers["x-job-id"]
    job = (await get(site.port, f"/api/jobs/{job_id}")).json

    assert job.pop("started_at") <= job.pop("finished_at")
    assert job.pop("expires_at") <= job["result_expires_at"]
    assert job.pop("duration_ms") >= 0
    assert job == {
        "job_id": job_id,
        "slot_id": "slot-001",
        "status": "done",
        "source": "ingest",
        "failure_reason": None,
        "result_url": f"http://guest.test/public/results/{job_id}",
        "result_expires_at": reply.headers["x-result-expires-at"],
        "correlation_id": reply.headers["x-correlation-id"],
    }


async def test_a_job_is_found_by_the_name_its_booth_gave_and_keeps_it(site: Site) -> None:
    named = ["x-correlation-id: booth-7.photo-1"]
    job_id = (await post(site.port, captured(), extra=named)).headers["x-job-id"]
    again = await post(site.port, captured(), extra=["x-correlation-id: booth-7.photo-2"])
    told = (await get(site.port, f"/api/jobs/{job_id}")).json

    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["x-correlation-id"] == "booth-7.photo-2"
    assert told["correlation_id"] == "booth-7.photo-1"


@pytest.mark.parametrize("continued", [False, True])
async def test_a_name_that_is_none_is_not_stored(site: Site, continued: bool) -> None:
    extra = ["x-correlation-id: a b", *(EXPECT if continued else [])]
    reply = await post(site.port, captured(), extra=extra)
    [job] = site.world.jobs.jobs.values()

    assert job.correlation_id == reply.headers["x-correlation-id"]
    assert len(job.correlation_id) == 32


async def test_the_provider_is_asked_once_with_the_photo(site: Site) -> None:
    await post(site.port, captured())

    [call] = site.world.provider.calls
    assert call.order.photo.size == len(PHOTO)
