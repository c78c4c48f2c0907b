from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from photochanger_adapters.postgres.embedded.server import embedded_postgres

from .parts import Service, as_url, running_server
from .processes import PATIENCE, free_port

NO_PROVIDER = "http://127.0.0.1:9"
ADMIN = "serg"


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    """A server without a provider."""
    with running_server(tmp_path, NO_PROVIDER) as running:
        yield running


def logged(service: Service, event: str) -> list[dict[str, Any]]:
    lines = [line for line in service.server.errors.splitlines() if line.startswith("{")]
    return [line for line in map(json.loads, lines) if line["event"] == event]


@asynccontextmanager
async def browser(service: Service) -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(service.url, timeout=timeout) as session:
        yield session


async def log_in(service: Service, password: str, name: str = ADMIN) -> tuple[int, Any, Any]:
    """Return the status of the answer, what it says, and its headers."""
    given = {"username": name, "password": password}
    async with browser(service) as http, http.post("/api/login", json=given) as answer:
        return answer.status, await answer.json(), answer.headers


async def status(service: Service, token: str, verb: str = "GET", path: str = "/accounts") -> int:
    bearer = {"Authorization": f"Bearer {token}"}
    async with (
        browser(service) as http,
        http.request(verb, f"/api{path}", headers=bearer) as answer,
    ):
        return answer.status


async def command(service: Service, *words: str, typed: str = "") -> str:
    """Run a command and return what it says."""
    done = await asyncio.to_thread(service.command, *words, typed=typed)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_an_administrator_comes_and_goes(alone: Service) -> None:
    password = alone.first_passwords()[ADMIN]
    code, said, headers = await log_in(alone, password)
    assert (code, said["token_type"], said["expires_in"]) == (200, "bearer", 43200)
    assert len(said["scopes"]) == 5
    assert headers["Cache-Control"] == "no-store"
    token = said["access_token"]
    assert await status(alone, token) == 200
    assert await status(alone, token[:-2]) == 401

    assert await status(alone, token, "POST", "/logout") == 204
    assert await status(alone, token) == 401
    [told] = logged(alone, "auth.login.success")
    assert (told["username"], told["address"]) == (ADMIN, "127.0.0.1")
    assert password not in alone.server.errors
    assert token not in alone.server.errors

    # In a browser it is the same, with a cookie.
    form, own = {"username": ADMIN, "password": password}, {"Origin": alone.url}
    jar = aiohttp.CookieJar(unsafe=True)  # also of addresses
    async with aiohttp.ClientSession(alone.url, cookie_jar=jar) as http:
        async with http.post("/login", data=form, headers=own) as answer:
            assert (answer.status, answer.url.path) == (200, "/slots")
            page = await answer.text()
        assert page.count("/ingest/slot-0") == 15
        [key] = {*re.findall(r'name="csrf_token" value="([^"]+)"', page)}
        async with http.post("/logout", data={"csrf_token": key}, headers=own) as answer:
            assert answer.url.path == "/login"
        async with http.get("/api/slots") as answer:
            assert answer.status == 401


async def test_ten_failures_lock_across_a_restart_until_unlocked(tmp_path: Path) -> None:
    with running_server(tmp_path, NO_PROVIDER) as first:
        password = first.first_passwords()[ADMIN]
        token = (await log_in(first, password))[1]["access_token"]
        tries = await asyncio.gather(*(log_in(first, f"wrong-{n}") for n in range(25)))
        codes = [code for code, *_ in tries]
        assert (codes.count(401), codes.count(429)) == (10, 15)
        reasons = [line["reason"] for line in logged(first, "auth.login.failure")]
        assert sorted(reasons) == ["invalid_credentials"] * 10 + ["throttled"] * 15
        assert "wrong-" not in first.server.errors
    with running_server(tmp_path, NO_PROVIDER, name="again") as again:
        assert again.first_passwords() == {}
        code, said, headers = await log_in(again, password)
        assert (code, said["failure_reason"]) == (429, "throttled")
        assert 800 < int(headers["Retry-After"]) <= 900
        assert await status(again, token) == 200

        assert "counted: 10" in await command(again, "admin", "unlock", ADMIN)
        assert (await log_in(again, password))[0] == 200
        assert (await log_in(again, "wrong"))[0] == 401
        assert "counted: 1" in await command(again, "admin", "unlock", "127.0.0.1")


async def test_a_password_is_set_while_the_server_runs(alone: Service) -> None:
    old = alone.first_passwords()[ADMIN]
    token = (await log_in(alone, old))[1]["access_token"]
    new = "a new password " * 6
    said = await command(alone, "admin", "set-password", ADMIN, typed=f"{new}\nmore\n")
    assert said == "serg has a new password\n"

    assert await status(alone, token) == 401
    assert (await log_in(alone, old))[0] == 401
    code, fresh, _ = await log_in(alone, new)
    assert code == 200
    assert await status(alone, fresh["access_token"]) == 200


async def test_accounts_are_listed_and_made(alone: Service) -> None:
    refused = await asyncio.to_thread(
        alone.command, "admin", "set-password", "anna", typed="her password\n"
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "photochanger: validation_failed: username: there is no such account\n"
    )
    await command(alone, "admin", "set-password", "anna", "--create", typed="her password\n")

    listed = json.loads(await command(alone, "admin", "list", "--json"))
    assert [account["username"] for account in listed] == ["anna", "igor", "serg"]
    assert all(len(account["scopes"]) == 5 for account in listed)
    assert "igor  settings:read" in await command(alone, "admin", "list")
    token = (await log_in(alone, "her password", "anna"))[1]["access_token"]
    async with (
        browser(alone) as http,
        http.get("/api/accounts", headers={"Authorization": f"Bearer {token}"}) as answer,
    ):
        assert await answer.json() == {"accounts": listed}


async def test_a_broken_file_of_accounts_lets_nobody_in_and_booths_are_served(
    tmp_path: Path,
) -> None:
    path = tmp_path / "var" / "secrets" / "runtime_credentials.json"
    with running_server(tmp_path, NO_PROVIDER) as alone:
        assert path.stat().st_mode & 0o777 == 0o600
        password = alone.first_passwords()[ADMIN]
        token = (await log_in(alone, password))[1]["access_token"]
        good = path.read_text()
        path.write_text(good + "}")
        assert (await log_in(alone, password))[0] == 503
        assert await status(alone, token) == 503
    with running_server(tmp_path, NO_PROVIDER, name="again") as again:
        [told] = [line for line in again.server.errors.splitlines() if "is broken: line" in line]
        assert told.startswith("photochanger: storage_unavailable: ")
        assert "runtime_credentials.json" in told
        assert password not in again.server.errors
        assert (await log_in(again, password))[0] == 503
        async with browser(again) as http, http.get("/healthz") as answer:
            assert answer.status == 200
        path.write_text(good)
        assert (await log_in(again, password))[0] == 200


async def test_logging_out_of_one_server_is_logging_out_of_all(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path / "postgres") as dsn:
        given = {"PHOTOCHANGER_DATABASE_URL": as_url(dsn)}
        with (
            running_server(tmp_path, NO_PROVIDER, name="first", **given) as first,
            running_server(
                tmp_path, NO_PROVIDER, name="second", PHOTOCHANGER_PORT=str(free_port()), **given
            ) as second,
        ):
            told = first.first_passwords() | second.first_passwords()
            token = (await log_in(first, told[ADMIN]))[1]["access_token"]
            assert await status(second, token) == 200
            assert await status(first, token, "POST", "/logout") == 204
            assert await status(second, token) == 401

            several = [(await log_in(first, told[ADMIN]))[1]["access_token"] for _ in range(3)]
            everywhere = "/logout?everywhere=true"
            assert await status(second, several[0], "POST", everywhere) == 204
            assert [await status(first, one) for one in several] == [401] * 3
            fresh = (await log_in(first, told[ADMIN]))[1]["access_token"]
            assert await status(second, fresh) == 200
            said = await command(second, "admin", "log-out", ADMIN)
            assert said == "serg is logged out everywhere\n"
            assert await status(first, fresh) == 401
