"""Whatever is wrong with a request is told in one shape, and costs nothing."""

from __future__ import annotations

from hashlib import sha1

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.slot import MEGABYTE

from .booth import (
    BOUNDARY,
    PASSWORD_PART,
    PHOTO,
    Reply,
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
from .running_site import Site

LIMIT = 15 * MEGABYTE
SHA1 = sha1(PHOTO, usedforsecurity=False).hexdigest()
BIG = b"\xff\xd8\xff" + bytes(LIMIT - 3)


async def assert_refused(site: Site, reply: Reply, status: int, code: str, **details: str) -> None:
    """Check the shape, and that nothing was begun or kept."""
    assert (reply.status, reply.code) == (status, code)
    assert reply.json["status"] == "error"
    assert reply.json["failure_reason"] == code
    assert details.items() <= reply.json["error"]["details"].items()
    assert reply.json["error"]["correlation_id"] == reply.headers["x-correlation-id"]
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"
    assert site.world.provider.calls == []
    assert site.world.media.handles == 0
    assert not await site.world.jobs.running()


@pytest.mark.parametrize(
    "parts, field, problem",
    [
        ([], "fileToUpload", "missing"),
        ([PASSWORD_PART], "fileToUpload", "missing"),
        ([file()], "password", "missing"),
        ([text("password", b""), file()], "password", "empty"),
        ([PASSWORD_PART, file(b"")], "fileToUpload", "empty"),
        ([PASSWORD_PART, file(), file()], "fileToUpload", "repeated"),
        ([PASSWORD_PART, PASSWORD_PART, file()], "password", "repeated"),
        ([PASSWORD_PART, text("hash", b""), text("hash", b""), file()], "hash", "repeated"),
        ([PASSWORD_PART, file(), text("x", b"a" * 8193)], "x", "too_long"),
        ([text("x", b"a" * 10_000_000), PASSWORD_PART, file()], "x", "too_long"),
        ([text(str(i), b"") for i in range(10_000)], "multipart", "too_many_parts"),
        ([b"\r\nno name", PASSWORD_PART, file()], "multipart", "malformed"),
        ([PASSWORD_PART, file(PHOTO + b"broken")], "fileToUpload", "undecodable"),
        ([b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x--"], "multipart", "malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_bad_form_names_its_field(
    site: Site, parts: list[bytes], field: str, problem: str
) -> None:
    reply = await post(site.port, parts)

    await assert_refused(site, reply, 400, "invalid_request", field=field, problem=problem)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        form(captured())[:-40],
        form(captured(), boundary="other"),
        form(captured()).replace(b"\r\n", b"\n"),
        b"--" + b"x" * 200_000,
        form([b"Content-Disposition: form-data; name=\xff\xfe\r\n\r\nx"]),
        form([b"x" * 9000 + b": y\r\n\r\nx"]),
        form([b"A: b\r\n" * 500 + b"\r\nx"]),
        b"\n" * 2**20,
        b"a preamble\r\n" + form(captured()),
    ],
    ids=range(11),
)
async def test_what_is_no_form_is_refused(site: Site, body: bytes) -> None:
    reply = await talk(site.port, head(len(body)) + body)

    await assert_refused(site, reply, 400, "invalid_request")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "multipart/mixed; boundary=x", "multipart/form-data"]
)
async def test_only_forms_are_taken(site: Site, content_type: str) -> None:
    request = head(0).replace(b"content-type: multipart/form-data", b"x: y", 1)
    request = request.replace(b"content-length", f"content-type: {content_type}\r\nh".encode(), 1)

    await assert_refused(site, await talk(site.port, request), 400, "invalid_request")


@pytest.mark.parametrize("count, status", [(63, 200), (64, 400)])
async def test_a_form_has_at_most_64_parts(site: Site, count: int, status: int) -> None:
    extra = [text(str(i), b"") for i in range(count - 1)]

    assert (await post(site.port, [*extra, PASSWORD_PART, file()])).status == status


@pytest.mark.parametrize(
    "slot, code", [("slot-016", "slot_not_found"), ("..", "slot_not_found"), ("a/b", "not_found")]
)
async def test_unknown_slots_are_not_found(site: Site, slot: str, code: str) -> None:
    reply = await post(site.port, captured(), path=f"/ingest/{slot}")

    await assert_refused(site, reply, 404, code)


async def test_a_slot_that_is_off_is_not_found(site: Site) -> None:
    reply = await post(site.port, captured(), path="/ingest/slot-002")

    await assert_refused(site, reply, 404, "slot_disabled")


@pytest.mark.parametrize("first", [True, False])
async def test_a_wrong_password_is_refused(site: Site, first: bool) -> None:
    wrong = text("password", b"654321")
    reply = await post(site.port, [wrong, file()] if first else [file(), wrong])

    await assert_refused(site, reply, 401, "invalid_password")


@pytest.mark.parametrize(
    "told, status, code",
    [
        (SHA1, 200, None),
        (SHA1[::-1], 400, "hash_mismatch"),
        ("nonsense", 400, "hash_mismatch"),
        ("", 400, "invalid_request"),
    ],
)
async def test_a_hash_has_to_fit_if_the_policy_is_strict(
    site: Site, told: str, status: int, code: str | None
) -> None:
    await site.world.set(hash_policy="strict")
    reply = await post(site.port, [PASSWORD_PART, text("hash", told.encode()), file()])

    if code is None:
        assert reply.status == status
    else:
        await assert_refused(site, reply, status, code, field="hash")


@pytest.mark.parametrize("encoding", ["gzip", "identity", "br"])
async def test_encoded_bodies_are_refused(site: Site, encoding: str) -> None:
    reply = await post(site.port, captured(), extra=[f"content-encoding: {encoding}"])

    await assert_refused(site, reply, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "part",
    [
        file(b"GIF89a" + bytes(100)),
        file(b"<svg/>"),
        file(declared="image/gif"),
        file(declared="application/octet-stream"),
        file(b"\xff\xd8"),
    ],
    ids=["gif", "svg", "declared gif", "declared bytes", "two bytes"],
)
async def test_only_jpeg_png_and_webp_are_taken(site: Site, part: bytes) -> None:
    reply = await post(site.port, [PASSWORD_PART, part])

    await assert_refused(site, reply, 415, "unsupported_media_type")


async def test_a_flood_of_pixels_is_too_large(site: Site) -> None:
    reply = await post(site.port, [PASSWORD_PART, file(PHOTO + b"huge")])

    await assert_refused(site, reply, 413, "payload_too_large")


async def test_the_limit_holds_to_the_byte(site: Site) -> None:
    assert (await post(site.port, [PASSWORD_PART, file(BIG)])).status == 200


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_byte_more_is_too_large(site: Site, chunked: bool) -> None:
    body = form([PASSWORD_PART, file(BIG + b"!")])
    request = head(None) + f"{len(body):x}\r\n".encode() if chunked else head(len(body))
    reply = await talk(site.port, request + body + (b"\r\n0\r\n\r\n" if chunked else b""))

    await assert_refused(site, reply, 413, "payload_too_large")


@pytest.mark.parametrize(
    "path, length, status",
    [
        ("/ingest/slot-001", 10**9, 413),
        ("/ingest/slot-016", 100, 404),
        ("/ingest/slot-001?key=wrong", 100, 401),
    ],
)
async def test_what_is_in_vain_is_refused_before_it_is_sent(
    site: Site, path: str, length: int, status: int
) -> None:
    async with line_to(site.port) as line:
        await line.send(head(length, path=path, extra=["expect: 100-continue"]))

        assert (await line.read(12)) == f"HTTP/1.1 {status}".encode()


async def test_a_full_house_is_told_when_to_come_back(site: Site) -> None:
    await site.use_cases.configure_settings({"max_in_flight_jobs": 1}, by=Actor(name="test"))
    site.world.provider.seconds = 60
    async with line_to(site.port) as line:
        body = form(captured())
        await line.send(head(len(body)) + body)
        while not site.world.provider.calls:
            await site.world.clock.sleep(0.01)
        reply = await post(site.port, captured())

    assert (reply.status, reply.code) == (429, "queue_busy")
    assert int(reply.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "request_line, status, code",
    [
        ("GET /nowhere", 404, "not_found"),
        ("GET /ingest/slot-001", 405, "method_not_allowed"),
        ("PUT /api/jobs/x", 405, "method_not_allowed"),
        ("GET /api/jobs/x", 404, "job_not_found"),
        ("GET /api/jobs/00000000-0000-4000-8000-000000000000", 404, "job_not_found"),
    ],
)
async def test_what_is_not_there(site: Site, request_line: str, status: int, code: str) -> None:
    verb, path = request_line.split()
    reply = await get(site.port, path, verb=verb)

    await assert_refused(site, reply, status, code)
    assert ("allow" in reply.headers) is (status == 405)


@pytest.mark.parametrize("path", ["/ingest/slot-001", "/nowhere"])
async def test_another_expectation_fails(site: Site, path: str) -> None:
    reply = await talk(site.port, head(5, path=path, extra=["expect: a-miracle"]))

    await assert_refused(site, reply, 417, "expectation_failed")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        (
            b"POST /ingest/slot-001 HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n"
            b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        (
            b"POST /ingest/slot-001 HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n"
            b"content-length: 2\r\n\r\nab"
        ),
        b"GET /livez HTTP/1.1\nhost: x\n\n",
        b"GET /livez HTTP/1.1\r\nhost: x\r\nbad header: \x00\r\n\r\n",
        b"GET /livez HTTP/9.9\r\nhost: x\r\n\r\n",
        b"POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    ids=["no http", "cl and te", "two cl", "bare lf", "nul", "version", "negative", "long"],
)
async def test_ambiguous_requests_are_refused_in_the_same_shape(
    site: Site, request_bytes: bytes
) -> None:
    reply = await talk(site.port, request_bytes)

    await assert_refused(site, reply, 400, "invalid_request")
    assert reply.headers["server"] == "PhotoChanger"


async def test_a_broken_chunk_is_refused(site: Site) -> None:
    reply = await talk(site.port, head(None) + b"xyz\r\n")

    await assert_refused(site, reply, 400, "invalid_request")


@pytest.mark.parametrize(
    "language, path, message",
    [
        (None, "/ingest/slot-016", "There is no such slot"),
        ("ru", "/ingest/slot-016", "Такого слота нет"),
        ("de, ru;q=0.5, en;q=0.7", "/ingest/slot-016", "There is no such slot"),
        (None, "/api/jobs/x", "Такого задания нет"),
        ("en-GB", "/api/jobs/x", "There is no such job"),
        ("en;q=nonsense", "/api/jobs/x", "Такого задания нет"),
    ],
)
async def test_errors_speak_the_callers_language(
    site: Site, language: str | None, path: str, message: str
) -> None:
    extra = [] if language is None else [f"accept-language: {language}"]
    verb = "POST" if "ingest" in path else "GET"
    reply = await get(site.port, path, extra=extra, verb=verb)

    assert reply.json["error"]["message"] == message


@pytest.mark.parametrize("extra", [[], ["expect: 100-continue"]], ids=["", "expecting"])
async def test_a_body_that_stops_half_way_is_waited_for_till_the_deadline_only(
    site: Site, extra: list[str]
) -> None:
    await site.world.set(sync_response_seconds=1)
    body = form(captured())
    reply = await talk(site.port, head(len(body), extra=extra) + body[:-100])

    await assert_refused(site, reply, 408, "upload_timeout")


async def test_an_empty_line_before_the_form_is_overlooked(site: Site) -> None:
    body = b"\r\n" + form(captured())

    assert (await talk(site.port, head(len(body)) + body)).status == 200


async def test_refusals_before_the_upload_are_logged_with_their_reason(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    await talk(site.port, head(9, path="/ingest/slot-016", extra=["expect: 100-continue"]))

    assert "SlotNotFound" in capsys.readouterr().out


@pytest.mark.parametrize(
    "host", ["[", "a b", "x:-1", "x:999999", "<b>", "a/b", "u:p@x", "\xff", ""]
)
@pytest.mark.parametrize("expect", [True, False])
async def test_a_host_that_is_none_is_refused_before_anything_is_done(
    site: Site, host: str, expect: bool
) -> None:
    body = form(captured())
    request = head(len(body), extra=["expect: 100-continue"] if expect else [])
    request = request.replace(b"booth.test", host.encode("latin-1"))
    reply = await talk(site.port, request + body)

    await assert_refused(site, reply, 400, "invalid_request", field="Host")


async def test_two_hosts_are_one_too_many(site: Site) -> None:
    reply = await post(site.port, captured(), extra=["host: another.test"])

    await assert_refused(site, reply, 400, "invalid_request")


@pytest.mark.parametrize(
    "line",
    [
        f"--{BOUNDARY}s3cret\r\n".encode(),
        f"--{BOUNDARY}\r\ns3cret\r\n\r\n".encode(),
        f"--{BOUNDARY}\r\nContent-Disposition: s3cret\x00\r\n\r\n".encode(),
    ],
    ids=["boundary", "header", "value"],
)
async def test_a_broken_form_is_not_quoted_in_the_log(
    site: Site, line: bytes, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    body = f"--{BOUNDARY}\r\n".encode() + PASSWORD_PART + b"\r\n" + line
    reply = await talk(site.port, head(len(body)) + body)

    await assert_refused(site, reply, 400, "invalid_request")
    logged = capsys.readouterr()
    assert "InvalidRequest" in logged.out
    assert "s3cret" not in logged.out + logged.err + caplog.text + reply.body.decode()
