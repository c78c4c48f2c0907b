"""A guest fetches a picture by its link."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from .booth import CHANGED, captured, get, post
from .running_site import Site

ETAG = f'"{sha256(CHANGED).hexdigest()}"'
SIZE = len(CHANGED)


@pytest.fixture
async def link(site: Site) -> str:
    reply = await post(site.port, captured())
    return f"/public/results/{reply.headers['x-job-id']}"


async def test_a_picture_is_handed_out_safely(site: Site, link: str) -> None:
    reply = await get(site.port, link)

    assert (reply.status, reply.body) == (200, CHANGED)
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["content-disposition"] == 'attachment; filename="result.jpg"'
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"].startswith("sandbox")
    assert reply.headers["etag"] == ETAG


async def test_a_picture_can_be_looked_at(site: Site, link: str) -> None:
    reply = await get(site.port, f"{link}?inline=1")

    assert reply.headers["content-disposition"] == 'inline; filename="result.jpg"'


async def test_a_head_has_no_body(site: Site, link: str) -> None:
    reply = await get(site.port, link, verb="HEAD")

    assert (reply.status, reply.headers["content-length"]) == (200, str(SIZE))


@pytest.mark.parametrize(
    "wanted, start, stop",
    [("0-0", 0, 1), ("0-9", 0, 10), ("5-", 5, SIZE), ("-7", SIZE - 7, SIZE), ("1-99999", 1, SIZE)],
)
async def test_a_part_can_be_asked_for(
    site: Site, link: str, wanted: str, start: int, stop: int
) -> None:
    reply = await get(site.port, link, extra=[f"range: bytes={wanted}"])

    assert (reply.status, reply.body) == (206, CHANGED[start:stop])
    assert reply.headers["content-range"] == f"bytes {start}-{stop - 1}/{SIZE}"


@pytest.mark.parametrize(
    "extra",
    [
        ["range: bytes=9-5"],
        ["range: bytes=0-1,3-4"],
        ["range: lines=0-1"],
        ["range: bytes=0-1", 'if-range: "another"'],
    ],
)
async def test_a_range_that_does_not_apply_is_ignored(
    site: Site, link: str, extra: list[str]
) -> None:
    assert (await get(site.port, link, extra=extra)).body == CHANGED


async def test_a_part_beyond_the_end_is_refused(site: Site, link: str) -> None:
    reply = await get(site.port, link, extra=[f"range: bytes={SIZE}-"])

    assert (reply.status, reply.code) == (416, "range_not_satisfiable")
    assert reply.headers["content-range"] == f"bytes */{SIZE}"
    assert site.world.media.handles == 0


@pytest.mark.parametrize("tag", [ETAG, "*", f'"x", W/{ETAG}'])
async def test_a_known_picture_is_not_sent_again(site: Site, link: str, tag: str) -> None:
    reply = await get(site.port, link, extra=[f"if-none-match: {tag}"], verb="HEAD")

    assert (reply.status, reply.headers["etag"]) == (304, ETAG)
    assert site.world.media.handles == 0


async def test_the_last_instant_still_serves_and_the_next_never_again(
    site: Site, link: str
) -> None:
    site.world.clock.stepped += timedelta(hours=72) - timedelta(minutes=1)
    assert (await get(site.port, link)).status == 200

    site.world.clock.stepped += timedelta(minutes=2)
    reply = await get(site.port, link)
    assert (reply.status, reply.code) == (410, "result_expired")

    site.world.clock.stepped -= timedelta(hours=72)
    assert (await get(site.port, link)).status == 410


@pytest.mark.parametrize("name", ["x", "00000000-0000-4000-8000-000000000000", "..%2f..%2fetc"])
async def test_unknown_results_are_not_found(site: Site, name: str) -> None:
    reply = await get(site.port, f"/public/results/{name}")

    assert (reply.status, reply.code) == (404, "result_not_found")
    assert (reply.json["status"], reply.json["failure_reason"]) == ("error", "result_not_found")
