"""What is sent in gzip, to whom, and how it is told from what is not."""

from __future__ import annotations

import gzip
from typing import Final

import pytest

from photochanger_web.static_files import address

from .admin import admin_of
from .booth import Reply, captured, get, post
from .running_site import Site
from .visitor import Visitor

GZIP: Final = "accept-encoding: br, gzip;q=0.5"


def unpacked(reply: Reply) -> bytes:
    assert reply.headers["content-encoding"] == "gzip"
    assert int(reply.headers["content-length"]) == len(reply.body)
    return gzip.decompress(reply.body)


@pytest.mark.parametrize(
    "path",
    [
        *("/slots", "/slots/slot-001", "/settings", "/parts/slots", "/login", "/slots?state=x"),
        *("/api/slots", "/api/slots/slot-001", "/api/settings", "/api/stats/export.csv"),
        *("/api/docs", "/api/openapi.yaml", "/healthz", "/api/nothing", address("page.js")),
        *("/static/pages.css", "/static/icon.svg", "/api/slots/slot-99"),
    ],
)
async def test_text_is_packed_for_whoever_takes_that(serg: Visitor, path: str) -> None:
    plain, small = await serg.get(path), await serg.get(path, extra=[GZIP])

    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == small.headers["vary"] == "Accept-Encoding"
    assert plain.headers["content-type"] == small.headers["content-type"]
    assert unpacked(small)
    if "correlation_id" not in plain.body.decode() and "/api/slots/slot-001" not in path:
        assert len(small.body) < len(plain.body)


async def test_it_is_the_same_text(serg: Visitor) -> None:
    for path in ("/api/slots", "/api/docs", address("pages.css")):
        assert unpacked(await serg.get(path, extra=[GZIP])) == (await serg.get(path)).body


@pytest.mark.parametrize(
    "accepted",
    ["", "br", "gzip;q=0", "*;q=0", "identity", "gzipped", "x-gzip", "gzip;q=0, *"],
)
async def test_nothing_is_packed_for_others(serg: Visitor, accepted: str) -> None:
    for path in ("/slots", "/api/slots", "/static/pages.css"):
        reply = await serg.get(path, extra=[f"accept-encoding: {accepted}"])
        assert "content-encoding" not in reply.headers


@pytest.mark.parametrize("accepted", ["gzip", "GZIP", "*", "gzip;q=0.001", "deflate, gzip"])
async def test_it_may_be_asked_for_in_several_ways(serg: Visitor, accepted: str) -> None:
    assert unpacked(await serg.get("/slots", extra=[f"accept-encoding: {accepted}"]))


@pytest.mark.parametrize("path", ["/api/slots", "/api/openapi.yaml", "/static/pages.css"])
@pytest.mark.parametrize("extra", [[], [GZIP]])
async def test_what_is_known_is_not_sent_again_however_it_is_packed(
    serg: Visitor, path: str, extra: list[str]
) -> None:
    first = await serg.get(path, extra=extra)
    assert first.headers["etag"].startswith("W/") is bool(extra)
    again = await serg.get(path, extra=[*extra, f"if-none-match: {first.headers['etag']}"])

    assert (again.status, again.body) == (304, b"")
    for name in ("etag", "vary", "cache-control"):
        assert again.headers[name] == first.headers[name]


async def test_the_version_of_a_packed_slot_is_what_a_change_may_be_meant_for(site: Site) -> None:
    serg = await admin_of(site)
    read = await serg.get("/api/slots/slot-001", accept_encoding="gzip")
    assert read.headers["etag"] == 'W/"1"'
    meant = {"if_match": read.headers["etag"]}
    body = {"display_name": "New"}

    assert (await serg.put("/api/slots/slot-001", body, **meant)).status == 200
    assert (await serg.put("/api/slots/slot-001", body, **meant)).status == 409


async def test_pictures_and_answers_to_booths_are_left_alone(site: Site, serg: Visitor) -> None:
    photo = await post(site.port, captured(), extra=[GZIP])
    assert photo.status == 200
    path = f"/public/results/{photo.headers['x-job-id']}"
    refused = await post(site.port, [], extra=[GZIP])
    assert refused.headers["content-type"].startswith("application/json")
    shown = [await serg.get(path, extra=[GZIP]) for path in (path, f"{path}/preview")]
    known = await serg.get(path, extra=[GZIP, f"if-none-match: {shown[0].headers['etag']}"])

    for reply in (photo, refused, *shown, known):
        assert "content-encoding" not in reply.headers
        assert "vary" not in reply.headers
    assert known.headers["etag"] == shown[0].headers["etag"]
    assert not known.headers["etag"].startswith("W/")


@pytest.mark.parametrize("site_of", ["cross-site", "same-site"])
async def test_what_is_secret_is_not_packed_when_another_site_asks(
    serg: Visitor, site_of: str
) -> None:
    theirs = [GZIP, f"sec-fetch-site: {site_of}"]
    for path in ("/slots", "/api/slots", "/login"):
        assert "content-encoding" not in (await serg.get(path, extra=theirs)).headers
        assert (await serg.get(path, extra=theirs)).headers["vary"] == "Accept-Encoding"
    assert unpacked(await serg.get("/static/pages.css", extra=theirs))


async def test_a_head_tells_what_would_come(site: Site, serg: Visitor) -> None:
    cookie = f"cookie: {serg.cookie}"
    head = await get(site.port, "/api/slots", verb="HEAD", extra=[GZIP, cookie])
    whole = await serg.get("/api/slots", extra=[GZIP])

    for name in ("content-encoding", "content-length", "etag", "vary"):
        assert head.headers[name] == whole.headers[name]
