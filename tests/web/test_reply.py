"""What comes with a picture, and what comes in its place."""

from __future__ import annotations

import json
import re

import pytest

from photochanger_core.domain.errors import ProviderRefused, ProviderServerError

from .booth import CHANGED, PASSWORD_PART, PHOTO, Reply, captured, file, get, post
from .running_site import Site

MIXED = ["accept: multipart/mixed"]
PHASES = ("upload", "wait", "provider", "store")
RESULT_HEADERS = {"x-result-url", "x-result-expires-at"}
UGLY = PHOTO + b"\r\n--\r\n\r\n--"
"""A photo with what boundaries are made of."""


def parts_of(reply: Reply) -> list[tuple[dict[str, str], bytes]]:
    """Return headers and content of the parts of a multipart answer, to the byte."""
    kind, _, boundary = reply.headers["content-type"].partition("; boundary=")
    assert (kind, reply.headers.get("transfer-encoding")) == ("multipart/mixed", None)
    before, *parts, after = (b"\r\n" + reply.body).split(f"\r\n--{boundary}".encode())
    assert (before, after) == (b"", b"--\r\n")
    return [_part(part) for part in parts]


def _part(part: bytes) -> tuple[dict[str, str], bytes]:
    head, _, content = part.partition(b"\r\n\r\n")
    empty, *lines = head.decode().split("\r\n")
    assert empty == ""
    return {name.lower(): value for name, value in (line.split(": ") for line in lines)}, content


def timing_of(reply: Reply) -> dict[str, float]:
    """Return the milliseconds that a `Server-Timing` tells."""
    metrics = reply.headers["server-timing"].split(", ")
    found = [re.fullmatch(r"([a-z]+);dur=(\d+(?:\.\d+)?)", metric) for metric in metrics]
    return {match[1]: float(match[2]) for match in found if match is not None}


async def test_an_answer_tells_what_its_time_was_spent_on(site: Site) -> None:
    first = await post(site.port, captured())
    again = await post(site.port, captured())

    assert tuple(timing_of(first)) == PHASES
    assert tuple(timing_of(again)) == PHASES
    assert (timing_of(again)["provider"], timing_of(again)["store"]) == (0.0, 0.0)


async def test_a_description_comes_with_the_picture_if_asked_for(site: Site) -> None:
    reply = await post(site.port, [PASSWORD_PART, file(UGLY)], extra=MIXED)

    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    (described, description), (shown, picture) = parts_of(reply)
    assert described == {"content-type": "application/json"}
    assert picture == UGLY + b"~changed"
    assert shown == {
        "content-type": "image/jpeg",
        "content-disposition": 'attachment; filename="result.jpg"',
    }
    assert json.loads(description) == {
        "job_id": reply.headers["x-job-id"],
        "slot_id": "slot-001",
        "status": "done",
        "result_url": reply.headers["x-result-url"],
        "result_expires_at": reply.headers["x-result-expires-at"],
        "content_type": "image/jpeg",
        "size": len(picture),
        "degraded": None,
        "replayed": False,
        "timing": timing_of(reply),
    }
    assert site.world.media.handles == 0


async def test_a_description_tells_of_a_replay(site: Site) -> None:
    await post(site.port, captured())
    reply = await post(site.port, captured(), extra=MIXED)

    (_, description), (_, picture) = parts_of(reply)
    assert json.loads(description)["replayed"] is True
    assert reply.headers["idempotent-replayed"] == "true"
    assert picture == CHANGED


async def test_a_slot_may_always_describe(site: Site) -> None:
    await site.world.set_slot(reply="multipart")

    assert len(parts_of(await post(site.port, captured()))) == 2


@pytest.mark.parametrize(
    "accept", ["*/*", "image/*", "multipart/mixed;q=0, */*", "multipart/mixed;q=0.5, image/jpeg"]
)
async def test_who_does_not_ask_gets_the_picture_alone(site: Site, accept: str) -> None:
    reply = await post(site.port, captured(), extra=[f"accept: {accept}"])

    assert (reply.headers["content-type"], reply.body) == ("image/jpeg", CHANGED)


@pytest.mark.parametrize("kind, start", [("jpeg", PHOTO), ("png", b"\x89PNG\r\n\x1a\n" + PHOTO)])
async def test_a_booth_may_have_the_guests_own_photo_in_place_of_an_error(
    site: Site, kind: str, start: bytes
) -> None:
    await site.world.set_slot(on_failure="original")
    site.world.provider.error = ProviderRefused()
    photo = file(start + b"untidy", declared=f"image/{kind}")
    reply = await post(site.port, [PASSWORD_PART, photo])

    assert (reply.status, reply.body) == (200, start)
    assert reply.headers["x-photochanger-degraded"] == "refused"
    assert reply.headers["content-type"] == f"image/{kind}"
    ending = "jpg" if kind == "jpeg" else "png"
    assert reply.headers["content-disposition"] == f'attachment; filename="result.{ending}"'
    assert RESULT_HEADERS.isdisjoint(reply.headers)
    assert tuple(timing_of(reply)) == PHASES
    assert site.world.media.handles == 0


async def test_what_stands_in_for_a_picture_is_nowhere_else(site: Site) -> None:
    await site.world.set_slot(on_failure="original")
    site.world.provider.error = ProviderRefused()
    job_id = (await post(site.port, captured())).headers["x-job-id"]

    job = (await get(site.port, f"/api/jobs/{job_id}")).json
    assert (job["status"], job["failure_reason"], job["result_url"]) == ("failed", "refused", None)
    assert (await get(site.port, f"/public/results/{job_id}")).status == 404
    assert (await get(site.port, "/public/slots/slot-001")).json["results"] == []


@pytest.mark.parametrize(
    "error, window, status, reason",
    [(ProviderServerError(), 48, "failed", "provider_5xx"), (None, 1, "timeout", "timeout")],
)
async def test_a_description_tells_why_it_is_the_photo(
    site: Site, error: Exception | None, window: int, status: str, reason: str
) -> None:
    await site.world.set_slot(on_failure="original", retry={"error_tries": 1})
    await site.world.set(sync_response_seconds=window)
    site.world.provider.error = error
    reply = await post(site.port, captured(), extra=MIXED)

    (_, description), (_, picture) = parts_of(reply)
    told = json.loads(description)
    assert (told["status"], told["degraded"]) == (status, reason)
    assert (told["result_url"], told["result_expires_at"]) == (None, None)
    assert (told["job_id"], told["size"]) == (reply.headers["x-job-id"], len(PHOTO))
    assert reply.headers["x-photochanger-degraded"] == reason
    assert picture == PHOTO


async def test_a_photo_that_is_none_is_an_error_all_the_same(site: Site) -> None:
    await site.world.set_slot(on_failure="original")
    reply = await post(site.port, [PASSWORD_PART, file(PHOTO + b"broken")])

    assert (reply.status, reply.code) == (400, "invalid_request")
