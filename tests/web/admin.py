"""An administrator at work: requests with a token, JSON both ways."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import timedelta

from attrs import frozen

from photochanger_core.domain.account import Account, Scope
from photochanger_core.ports.tokens import Claims

from .booth import Reply, talk
from .conftest import Site


@frozen(kw_only=True)
class Admin:
    """Somebody with a token; None: with none."""

    port: int
    token: str | None

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.ask("GET", path, None, headers)

    async def put(self, path: str, body: object, **headers: str) -> Reply:
        return await self.ask("PUT", path, json.dumps(body).encode(), headers)

    async def post(self, path: str) -> Reply:
        return await self.ask("POST", path, b"", {})

    async def ask(
        self, verb: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        lines = [f"{verb} {path} HTTP/1.1", "host: admin.test"]
        if self.token is not None:
            lines.append(f"authorization: Bearer {self.token}")
        if body is not None:
            lines += [f"content-length: {len(body)}", "content-type: application/json"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return await talk(self.port, "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))


async def admin(site: Site, scopes: Collection[Scope] = tuple(Scope), name: str = "serg") -> Admin:
    """Return an administrator of *site* who may do what *scopes* say."""
    now = site.world.clock.now()
    await site.world.accounts.save(
        Account(name=name, password_hash="", scopes=scopes, password_set_at=now)
    )
    claims = Claims(
        token_id=name,
        account=name,
        scopes=scopes,
        issued_at=now,
        expires_at=now + timedelta(hours=12),
    )
    return Admin(port=site.port, token=site.world.tokens.issue(claims))


def stranger(site: Site) -> Admin:
    """Return somebody without a token."""
    return Admin(port=site.port, token=None)
