"""What is nobody's business is not in the log of a real server, in either format, whatever happens.

Everything that could be is marked: secrets, what booths tell of guests and their disks, pictures.
Names of fields are not: those that are refused are told, if they look like names.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import PngImagePlugin

from tests.pictures import PNG, picture

from .parts import Service, running_server
from .processes import PATIENCE, run

MARK: Final = "geheim"
PASSWORD: Final = f"{MARK}-booths"
ADMIN: Final = f"{MARK}-administrator"
GEMINI: Final = f"AIza-{MARK}-0123456789"
TURBOTEXT: Final = f"{MARK}turbotext0123456789"
JWT: Final = f"{MARK}-signs-tokens-0123456789-0123456789"
CORRELATION: Final = "booth-7.photo-1"


def marked_photo() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", f"{MARK} {MARK}")
    return picture(PNG, pnginfo=told)


@asynccontextmanager
async def echoing() -> AsyncIterator[str]:
    """A provider that answers with an error in which everything is that it was sent."""

    async def answer(request: web.Request) -> web.Response:
        body = (await request.read()).decode(errors="replace")
        said = f"{request.headers.get('x-goog-api-key')} {body} {dict(request.headers)}"
        data = re.search(r'"data":\s*"([^"]+)"', body)
        message = f"bad picture {data[1] if data else ''} of {said}"
        return web.json_response({"error": {"message": message, "code": 400}}, status=400)

    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{any:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("")).rstrip("/")


def form(photo: bytes, password: str = PASSWORD, **more: str) -> aiohttp.FormData:
    fields = aiohttp.FormData()
    told = {
        "password": password,
        "time": "1758217512",
        "user_id": f"{MARK} user",
        "id": f"{MARK}_00000001.",
        "profile": rf"C:\Users\{MARK}\Documents\setup.xml",
        "status": rf"C:\Users\{MARK}\screen\preview.jpg",
        "name": f"{MARK}-PC",
        "hash": f"{MARK}",
        **more,
    }
    for name, value in told.items():
        fields.add_field(name, value)
    fields.add_field("fileToUpload", photo, filename=rf"C:\{MARK}.png", content_type="image/png")
    return fields


async def booths(http: aiohttp.ClientSession) -> set[int]:
    """Send photos in every way that leads somewhere else; return the statuses."""
    photo = marked_photo()
    heads = {"User-Agent": MARK, "Referer": f"http://{MARK}/", "X-Correlation-Id": CORRELATION}
    ways: list[tuple[str, aiohttp.FormData]] = [
        ("/ingest/slot-001", form(photo)),
        (f"/ingest/slot-001?password={PASSWORD}&x={MARK}", form(photo)),
        ("/ingest/slot-001", form(photo, f"{MARK} wrong")),
        ("/ingest/slot-001", form(photo, another=MARK)),
        ("/ingest/slot-001", form(photo, time=MARK)),
        ("/ingest/slot-001", form(b"\x89PNG\r\n\x1a\n" + MARK.encode() * 999)),
        ("/ingest/slot-001", form(MARK.encode() * 999)),
        (f"/ingest/{MARK}", form(photo)),
        ("/ingest/slot-002", form(photo)),
    ]
    statuses: set[int] = set()
    for path, fields in ways:
        named = heads | {
            "Idempotency-Key": f"{MARK}-{len(statuses)}",
            "X-Correlation-Id": CORRELATION,
        }
        async with http.post(path, data=fields, headers=named) as answer:
            statuses.add(answer.status)
    broken = {"Content-Type": f"multipart/form-data; boundary={MARK}"}
    async with http.post("/ingest/slot-001", data=MARK.encode(), headers=broken) as answer:
        statuses.add(answer.status)
    return statuses


async def administrators(http: aiohttp.ClientSession) -> set[int]:
    """Administer with secrets in every place, right and wrong; return the statuses."""
    statuses: set[int] = set()

    async def ask(verb: str, path: str, given: object = None, **heads: str) -> Any:
        async with http.request(verb, path, json=given, headers=heads) as answer:
            statuses.add(answer.status)
            return await answer.json() if answer.content_type == "application/json" else None

    await ask("POST", "/api/login", {"username": "serg", "password": f"{MARK} wrong"})
    said = await ask("POST", "/api/login", {"username": "serg", "password": ADMIN})
    own = {"Authorization": f"Bearer {said['access_token']}"}
    keys = {"gemini": GEMINI, "turbotext": TURBOTEXT}
    await ask("PUT", "/api/settings", {"provider_keys": keys, "ingest_password": PASSWORD}, **own)
    await ask("PUT", "/api/settings", {"provider_keys": {GEMINI: "gemini"}}, **own)
    await ask("PUT", "/api/settings", {"ingest_password": [MARK], "another": MARK}, **own)
    await ask("GET", f"/api/settings?another={MARK}", **own)
    await ask("POST", "/api/providers/gemini/test", **own)
    await ask("PUT", "/api/slots/slot-001", {"ingest_password": PASSWORD, "another": MARK}, **own)
    await ask("GET", f"/api/slots/{MARK}", Cookie=f"photochanger={MARK}", **own)
    await ask("GET", "/api/slots", Authorization=f"Bearer {MARK}")
    await ask("POST", "/api/logout", **own)
    return statuses


def words_of_commands(service: Service) -> Iterator[str]:
    """Yield what commands say that are given secrets."""
    for words, typed in [
        (("settings", "set", "ingest_password=-"), f"{PASSWORD}\n"),
        (("admin", "set-password", "serg"), f"{ADMIN}\n"),
        (("slots", "set", "slot-001", "ingest_password=-"), f"{PASSWORD}\n"),
        (("secrets", "rotate"), ""),
        (("settings", "get", "--json"), ""),
        (("slots", "list", "--json"), ""),
        (("cleanup",), ""),
        (("doctor", "--json"), ""),
    ]:
        done = service.command(*words, typed=typed)
        yield done.stdout + done.stderr
    variables = {**service.variables, "PORT": "1"}
    for name, value in {
        "DATABASE_URL": f"postgresql://me:{MARK}@127.0.0.1:1/photos",
        "JWT_SECRET": MARK,
        "SECRET_KEYS": MARK,
        "HTTP_PROXY_URL": f"ftp://{MARK}:{MARK}@127.0.0.1",
        "GEMINI_API_KEY": f"{MARK} {MARK}",
    }.items():
        wrong = {**variables, f"PHOTOCHANGER_{name}": value}
        done = run("serve", folder=service.folder, variables=wrong)
        assert done.returncode in (1, 2), (name, done.stderr)
        yield done.stdout + done.stderr


def pieces(photo: bytes) -> Iterator[str]:
    """Yield what of a picture would be seen in a text."""
    for text in (base64.b64encode(photo).decode(), photo.hex(), str(photo)[2:-1]):
        yield from (text[start : start + 40] for start in range(80, min(len(text), 4000), 20))


@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_nothing_is_told_that_is_nobodys_business(log_format: str, tmp_path: Path) -> None:
    async with echoing() as gemini_url:
        given = {
            "PHOTOCHANGER_LOG_FORMAT": log_format,
            "PHOTOCHANGER_INGEST_PASSWORD": PASSWORD,
            "PHOTOCHANGER_GEMINI_API_KEY": GEMINI,
            "PHOTOCHANGER_TURBOTEXT_API_KEY": TURBOTEXT,
            "PHOTOCHANGER_JWT_SECRET": JWT,
        }
        with running_server(tmp_path, gemini_url, **given) as service:
            set_password = service.command("admin", "set-password", "serg", typed=f"{ADMIN}\n")
            assert set_password.returncode == 0, set_password.stderr
            timeout = aiohttp.ClientTimeout(total=PATIENCE)
            async with aiohttp.ClientSession(service.url, timeout=timeout) as http:
                assert await booths(http) >= {400, 401, 404, 502}
                assert await administrators(http) >= {200, 400, 401, 404, 422}
                assert await booths(http) >= {400, 401, 404, 502}
            said = list(words_of_commands(service)) if log_format == "json" else []
            service.server.tell_to_leave()
            assert service.server.status() == 0
            log = service.server.errors + service.server.output + "".join(said)

    assert "provider_called" in log
    assert "bad picture" in log, "the provider is not quoted at all"
    assert MARK not in log
    assert not [piece for piece in pieces(marked_photo()) if piece in log]
    if log_format == "json":
        check_correlation(service.server.errors)


def check_correlation(log: str) -> None:
    """Everything that a photo led to is found by the name that its request had."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    found = {line["event"] for line in lines if line.get("correlation_id") == CORRELATION}
    assert found >= {"job_admitted", "provider_called", "job_finished", "request"}
