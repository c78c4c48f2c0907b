"""A booth, a browser and Prometheus at a real proxy, before a real server."""

from __future__ import annotations

import asyncio
import json
import re
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from photochanger_core.domain.deadline import GRACE
from tests.e2e.parts import PASSWORD, SLOT, Service, eventually, running_service
from tests.e2e.processes import PATIENCE, free_port
from tests.pictures import PNG, picture

from .proxies import Proxy, caddy, nginx
from .tools import DEPLOY

# How fast TLS is shut down on connections that a test has cut off is the client's affair.
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

ADMIN_PASSWORD = "a long password"
MARK = "geheim"
SECRET_PATHS = "/public/gallery/", "/public/provider-media/"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(
        tmp_path_factory.mktemp("service"), PHOTOCHANGER_TRUSTED_PROXIES="127.0.0.1"
    ) as running:
        running.set("size_limit_mb=20", "ingest_password_required=true", slot=SLOT)
        done = running.command("admin", "set-password", "serg", typed=f"{ADMIN_PASSWORD}\n")
        assert done.returncode == 0, done.stderr
        yield running


@pytest.fixture(scope="module", params=[nginx, caddy], ids=lambda proxy: str(proxy.__name__))
def proxy(
    request: pytest.FixtureRequest, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    port = int(service.variables["PHOTOCHANGER_PORT"])
    with request.param(folder, server_port=port, ports=(free_port(), free_port())) as running:
        yield running


@pytest.fixture
async def http(proxy: Proxy) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(
        proxy.url,
        connector=aiohttp.TCPConnector(ssl=proxy.trusted),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
    ) as session:
        yield session
    await asyncio.sleep(0.25)  # as aiohttp advises: it does not wait for TLS to be shut down


def form(photo: bytes, password: str = PASSWORD) -> aiohttp.FormData:
    fields = aiohttp.FormData()
    fields.add_field("password", password)
    fields.add_field("time", "1758217512")
    fields.add_field("fileToUpload", BytesIO(photo), filename="photo.png", content_type="image/png")
    return fields


async def token(http: aiohttp.ClientSession) -> str:
    given = {"username": "serg", "password": ADMIN_PASSWORD}
    async with http.post("/api/login", json=given) as answer:
        assert answer.status == 200
        return str((await answer.json())["access_token"])


def big_photo() -> bytes:
    """Return a photo of almost 20 MiB, most of which nobody looks at."""
    small = picture(PNG)
    content = b"noNe" + bytes(20 * 2**20 - len(small) - 100)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    end = small.rindex(b"IEND") - 4
    return small[:end] + chunk + small[end:]


async def test_a_photo_comes_back_changed(http: aiohttp.ClientSession, service: Service) -> None:
    service.behave(delay_seconds=2)
    async with http.post(f"/ingest/{SLOT}", data=form(picture(PNG))) as answer:
        assert answer.status == 200, await answer.text()
        assert (await answer.read()).startswith(b"\x89PNG")
    service.behave()


async def test_a_large_photo_comes_through(http: aiohttp.ClientSession) -> None:
    async with http.post(f"/ingest/{SLOT}", data=form(big_photo())) as answer:
        assert answer.status == 200, await answer.text()


@asynccontextmanager
async def connection(
    proxy: Proxy, *fields: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which the head of an upload was sent; it is cut off in the end."""
    port = int(proxy.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("localhost", port, ssl=proxy.trusted)
    try:
        form = "Content-Type: multipart/form-data; boundary=x"
        writer.write("\r\n".join([*fields, "Host: localhost", form, "", ""]).encode())
        async with asyncio.timeout(PATIENCE):
            yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def test_what_is_too_large_is_refused_by_its_head(proxy: Proxy) -> None:
    head = f"POST /ingest/{SLOT} HTTP/1.1", f"Content-Length: {40 * 2**20}"
    async with connection(proxy, *head) as (reader, _):
        assert b" 413 " in await reader.readline()


async def test_a_refusal_does_not_wait_for_the_photo(proxy: Proxy) -> None:
    head = "POST /ingest/slot-999 HTTP/1.1", f"Content-Length: {20 * 2**20}"
    async with connection(proxy, *head) as (reader, writer):
        answer, sent = asyncio.create_task(reader.readline()), 0
        while not answer.done() and sent < 20:
            with suppress(ConnectionError):  # who has refused need not read on
                writer.write(bytes(2**20))
                await writer.drain()
            await asyncio.wait([answer], timeout=0.5)
            sent += 1
        assert b" 404 " in await answer
    assert sent < 10


async def test_events_come_as_they_happen(http: aiohttp.ClientSession, service: Service) -> None:
    bearer = {"Authorization": f"Bearer {await token(http)}"}
    async with http.get("/api/events", headers=bearer) as events:
        assert events.status == 200
        assert (await events.content.readline()).startswith(b"retry:")
        await asyncio.to_thread(service.set, "gallery_limit=9")
        await asyncio.to_thread(service.set, "gallery_limit=10")
        async with asyncio.timeout(PATIENCE / 2):
            while b"settings" not in await events.content.readline():
                pass


async def test_callers_are_who_they_are(http: aiohttp.ClientSession, service: Service) -> None:
    lie = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
    given = {"username": MARK, "password": "x"}
    async with http.post("/api/login", json=given, headers=lie) as answer:
        assert answer.status == 401
    failures = logged(service, "auth.login.failure")
    told = f"{MARK[0]}…"  # nobody has that name
    assert [line["address"] for line in failures if line["username"] == told][-1] == "127.0.0.1"


async def test_pages_know_that_they_are_protected(http: aiohttp.ClientSession) -> None:
    same = {"Sec-Fetch-Site": "same-origin"}
    given = {"username": "serg", "password": ADMIN_PASSWORD}
    async with http.post("/login", data=given, headers=same, allow_redirects=False) as answer:
        assert answer.status == 303
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-photochanger=")
        assert "Secure" in cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_metrics_are_for_nobody_here(http: aiohttp.ClientSession) -> None:
    async with http.get("/metrics") as answer:
        assert answer.status == 404
        assert answer.headers.get("X-Correlation-Id") is None, "the server was asked"


async def test_the_log_of_a_proxy_has_no_passwords(
    http: aiohttp.ClientSession, proxy: Proxy
) -> None:
    async with http.get(f"/healthz?password={MARK}&key={MARK}") as answer:
        assert answer.status in (200, 400)
    await eventually(lambda: "/healthz" in proxy.told, "the request is logged")
    assert MARK not in proxy.told


@pytest.mark.parametrize("path", SECRET_PATHS)
async def test_nor_has_it_links_that_open_pictures(
    http: aiohttp.ClientSession, proxy: Proxy, path: str
) -> None:
    async with http.get(f"{path}{MARK}?key={MARK}") as answer:
        assert answer.status in (400, 404, 410)
    await eventually(lambda: path in proxy.told, "the request is logged")
    assert MARK not in proxy.told


@pytest.mark.parametrize("path", ["/healthz", f"/public/gallery/{MARK}"])
@pytest.mark.parametrize("kind", [nginx, caddy])
async def test_nor_has_it_when_the_server_is_away(kind: Any, path: str, tmp_path: Path) -> None:
    ports = free_port(), free_port()
    with kind(tmp_path, server_port=free_port(), ports=ports) as alone:
        async with (
            aiohttp.ClientSession(
                alone.url, connector=aiohttp.TCPConnector(ssl=alone.trusted)
            ) as session,
            session.get(f"{path}?password={MARK}") as answer,
        ):
            assert answer.status == 502
    assert MARK not in alone.told


def logged(service: Service, event: str) -> list[dict[str, Any]]:
    lines = [line for line in service.server.errors.splitlines() if line.startswith("{")]
    return [line for line in map(json.loads, lines) if line["event"] == event]


@pytest.mark.parametrize(
    "file, names",
    [
        ("nginx/photochanger.conf", ["proxy_send_timeout", "proxy_read_timeout"]),
        ("nginx/photochanger.conf", ["client_body_timeout", "send_timeout"]),
        ("caddy/Caddyfile", ["response_header_timeout", "read_timeout", "write_timeout"]),
        ("caddy/Caddyfile", ["read_body"]),
    ],
)
def test_proxies_wait_longer_than_the_longest_window(file: str, names: list[str]) -> None:
    text = (DEPLOY / file).read_text(encoding="utf-8")
    for name in names:
        [seconds] = re.findall(rf"^\s*{name} (\d+)s;?$", text, re.MULTILINE)
        assert int(seconds) > 60 + GRACE
