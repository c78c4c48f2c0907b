"""Coming, going, and who else may."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any

import pytest

from photochanger_adapters.memory.account_repo import MemoryAccountRepo
from photochanger_adapters.memory.login_failures import MemoryLoginFailures
from photochanger_adapters.memory.revoked_tokens import MemoryRevokedTokens
from photochanger_core.domain.account import Account
from photochanger_core.domain.errors import AccountsUnavailable, QueueUnavailable
from photochanger_core.domain.login import MAX_FAILURES
from photochanger_core.ports.tokens import Claims
from tests.logins import PASSWORD, WatchedPasswords, give_account

from .booth import Reply, get, talk
from .running_site import Site, site_over
from .test_limits import BEHIND_A_PROXY, OTHER, forwarded_for
from .world import World


async def send(site: Site, path: str, body: object = None, **how: Any) -> Reply:
    """Post *body* as JSON, or as it is if it is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = how.pop("kind", "application/json")
    lines = [
        f"POST {path} HTTP/1.1",
        "host: admin.test",
        f"content-type: {kind}",
        f"content-length: {len(content)}",
        *how.pop("extra", []),
    ]
    return await talk(site.port, "\r\n".join(lines).encode() + b"\r\n\r\n" + content, **how)


async def log_in(site: Site, name: str = "serg", password: str = PASSWORD, **how: Any) -> Reply:
    return await send(site, "/api/login", {"username": name, "password": password}, **how)


async def token_of(site: Site, name: str = "serg") -> str:
    return str((await log_in(site, name)).json["access_token"])


def bearer(token: str, scheme: str = "Bearer") -> list[str]:
    return [f"authorization: {scheme} {token}"]


async def accounts(site: Site, *extra: str) -> Reply:
    return await get(site.port, "/api/accounts", extra=extra)


@pytest.fixture
async def site(site: Site) -> Site:
    await give_account(site.world, "serg")
    await give_account(site.world, "igor", scopes=["settings:write"])
    return site


async def test_name_and_password_give_a_token(site: Site) -> None:
    reply = await log_in(site)

    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    assert reply.json == {
        "access_token": "token-1",
        "token_type": "bearer",
        "expires_in": 43200,
        "scopes": ["slots:read", "stats:read"],
    }
    assert (await accounts(site, *bearer("token-1"))).status == 200


async def test_whoever_is_in_sees_who_may_come_in(site: Site) -> None:
    reply = await accounts(site, *bearer(await token_of(site, "igor"), "bEARER"))

    assert reply.json == {
        "accounts": [
            {"username": "igor", "scopes": ["settings:write"]},
            {"username": "serg", "scopes": ["slots:read", "stats:read"]},
        ]
    }
    assert "hash" not in reply.body.decode()


@pytest.mark.parametrize(
    "header",
    [
        "x: y",
        "authorization: Bearer",
        "authorization: Bearer token-9",
        "authorization: Basic token-1",
        "authorization: token-1",
        "cookie: token=token-1",
    ],
)
@pytest.mark.parametrize("path, verb", [("/api/accounts", "GET"), ("/api/logout", "POST")])
async def test_without_a_token_nobody_sees_or_ends_anything(
    site: Site, header: str, path: str, verb: str
) -> None:
    token = await token_of(site)
    reply = await get(site.port, path, verb=verb, extra=[header])

    assert (reply.status, reply.code) == (401, "unauthorized")
    assert (await accounts(site, *bearer(token))).status == 200


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(site: Site) -> None:
    extra = ["x-correlation-id: the-same-for-both"]
    wrong = await log_in(site, "serg", "wrong", extra=extra)
    unknown = await log_in(site, "nobody", "wrong", extra=extra)

    assert (wrong.status, wrong.code) == (401, "unauthorized")
    assert wrong.json["error"]["message"] == "Неверное имя или пароль"
    assert (unknown.status, unknown.json) == (wrong.status, wrong.json)
    assert {*unknown.headers} == {*wrong.headers}
    english = await log_in(site, "nobody", "wrong", extra=["accept-language: en"])
    assert english.json["error"]["message"] == "Wrong name or password"


async def test_for_both_a_password_is_verified() -> None:
    world = World(passwords=(passwords := WatchedPasswords()))
    async with site_over(world) as site:
        await give_account(world)
        for name in ("serg", "nobody"):
            before = len(passwords.tried)
            await log_in(site, name, "wrong")
            assert len(passwords.tried) == before + 1


async def test_ten_failures_are_answered_with_how_long_to_wait(site: Site) -> None:
    token = await token_of(site)
    for _ in range(MAX_FAILURES):
        assert (await log_in(site, "serg", "wrong")).status == 401
    reply = await log_in(site)

    assert (reply.status, reply.code) == (429, "throttled")
    assert 890 <= int(reply.headers["retry-after"]) <= 900
    assert (await log_in(site, address=OTHER)).status == 429
    assert (await log_in(site, "igor")).status == 429
    assert (await log_in(site, "igor", address=OTHER)).status == 200
    assert (await accounts(site, *bearer(token))).status == 200


async def test_tries_at_once_are_no_more_than_one_after_the_other(site: Site) -> None:
    replies = await asyncio.gather(*(log_in(site, "serg", f"wrong {n}") for n in range(40)))

    statuses = [reply.status for reply in replies]
    assert (statuses.count(401), statuses.count(429)) == (MAX_FAILURES, 30)


async def test_claiming_other_addresses_lifts_no_lock(site: Site) -> None:
    for number in range(MAX_FAILURES):
        extra = forwarded_for(f"203.0.113.{number}")
        assert (await log_in(site, f"nobody-{number}", extra=extra)).status == 401

    assert (await log_in(site, extra=forwarded_for("203.0.113.99"))).status == 429


async def test_behind_a_proxy_that_is_trusted_addresses_are_told_apart() -> None:
    async with site_over(World(), BEHIND_A_PROXY) as site:
        await give_account(site.world)
        for number in range(MAX_FAILURES):
            extra = forwarded_for("203.0.113.1")
            assert (await log_in(site, f"nobody-{number}", extra=extra)).status == 401

        assert (await log_in(site, extra=forwarded_for("203.0.113.1"))).status == 429
        assert (await log_in(site, extra=forwarded_for("203.0.113.2"))).status == 200


async def test_logging_out_ends_this_token_only(site: Site) -> None:
    left, stays = await token_of(site), await token_of(site)
    reply = await send(site, "/api/logout", b"", extra=bearer(left))

    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["cache-control"] == "no-store"
    assert (await accounts(site, *bearer(left))).status == 401
    assert (await send(site, "/api/logout", b"", extra=bearer(left))).status == 401
    assert (await accounts(site, *bearer(stays))).status == 200


@pytest.mark.parametrize(
    "body, status, field",
    [
        ({}, 422, "username"),
        ({"username": "serg"}, 422, "password"),
        ({"username": "serg", "password": PASSWORD, "scopes": []}, 422, "scopes"),
        ({"username": "serg", "password": 123456}, 422, "password"),
        ({"username": None, "password": PASSWORD}, 422, "username"),
        ([], 400, None),
        (b"", 400, None),
        (b"\xff", 400, None),
        (b'{"username": "a\\u0000", "password": "x"}', 400, None),
        (b"[" * 5000, 400, None),
        (b" " * 300_000, 413, None),
    ],
)
async def test_what_is_no_login_is_refused_and_not_counted(
    site: Site, body: object, status: int, field: str | None
) -> None:
    replies = [await send(site, "/api/login", body) for _ in range(MAX_FAILURES + 1)]
    assert {reply.status for reply in replies} == {status}
    reply = replies[-1]
    if field is not None:
        assert field in [error["field"] for error in reply.json["error"]["details"]["errors"]]
    assert PASSWORD not in reply.body.decode()
    assert (await log_in(site)).status == 200


async def test_a_form_is_no_login(site: Site) -> None:
    kind = "application/x-www-form-urlencoded"

    assert (await send(site, "/api/login", b"username=serg", kind=kind)).status == 415
    assert (await get(site.port, "/api/login")).status == 405


class NoFailures(MemoryLoginFailures):
    """Failures in a database that is away."""

    async def count(self, account: str, address: str, at: datetime) -> datetime | None:
        raise QueueUnavailable


class NoRevokedTokens(MemoryRevokedTokens):
    """Ended tokens in a database that is away."""

    async def is_revoked(self, claims: Claims) -> bool:
        raise QueueUnavailable


async def test_without_a_database_nobody_is_let_in() -> None:
    async with site_over(World(login_failures=NoFailures())) as site:
        await give_account(site.world)
        reply = await log_in(site)

    assert (reply.status, reply.code) == (503, "queue_unavailable")
    assert "retry-after" in reply.headers


async def test_without_a_database_no_token_is_believed() -> None:
    async with site_over(World(revoked_tokens=NoRevokedTokens())) as site:
        await give_account(site.world)
        reply = await accounts(site, *bearer(await token_of(site)))

    assert (reply.status, reply.code) == (503, "queue_unavailable")


class BrokenAccounts(MemoryAccountRepo):
    """Accounts in a file that is broken until it is mended."""

    broken = True

    async def get(self, name: str) -> Account | None:
        if self.broken:
            raise AccountsUnavailable("/secret/path is broken")
        return await super().get(name)


async def test_accounts_that_cannot_be_read_let_nobody_in_and_are_nobodys_failure() -> None:
    world = World(accounts=(file := BrokenAccounts()))
    async with site_over(world) as site:
        await give_account(world)
        english = ["accept-language: en"]
        replies = [await log_in(site, extra=english) for _ in range(MAX_FAILURES + 1)]
        assert {(one.status, one.code) for one in replies} == {(503, "storage_unavailable")}
        message = replies[0].json["error"]["message"]
        assert message == "Accounts cannot be read or kept at the moment"
        assert b"/secret" not in replies[0].body
        file.broken = False
        assert (await log_in(site)).status == 200


async def test_logging_out_everywhere_ends_all_tokens_of_the_account(site: Site) -> None:
    gone, igors = [await token_of(site), await token_of(site)], await token_of(site, "igor")
    path = "/api/logout?everywhere=true"
    reply = await send(site, path, b"", extra=bearer(gone[0]))

    assert (reply.status, reply.body) == (204, b"")
    assert {(await accounts(site, *bearer(one))).status for one in gone} == {401}
    assert (await accounts(site, *bearer(igors))).status == 200
    assert (await accounts(site, *bearer(await token_of(site)))).status == 200
    entry = next(one for one in site.world.audit.entries if one.action == "logged_out")
    assert (entry.subject, entry.details) == ("serg", {"everywhere": True})


async def test_everywhere_may_be_no(site: Site) -> None:
    left, stays = await token_of(site), await token_of(site)
    reply = await send(site, "/api/logout?everywhere=false", b"", extra=bearer(left))

    assert reply.status == 204
    assert (await accounts(site, *bearer(stays))).status == 200


@pytest.mark.parametrize(
    "query, status, field",
    [
        *(("everywhere=yes", 422, "everywhere"), ("everywhere=", 422, "everywhere")),
        *(("here=true", 400, "here"), ("everywhere=true&everywhere=true", 400, "everywhere")),
    ],
)
async def test_what_is_no_way_to_log_out_ends_nothing(
    site: Site, query: str, status: int, field: str
) -> None:
    token = await token_of(site)
    reply = await send(site, f"/api/logout?{query}", b"", extra=bearer(token))

    assert reply.status == status
    assert field in reply.body.decode()
    assert (await accounts(site, *bearer(token))).status == 200
