"""An administrator, who has a token."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from photochanger_core.assembly import Ports
from photochanger_core.domain.account import Account, Scope
from photochanger_core.ports.tokens import Claims

from .booth import BOUNDARY, Reply, form, talk
from .running_site import Site
from .world import World

JSON: Final = "application/json"
FORM: Final = f"multipart/form-data; boundary={BOUNDARY}"


async def token_for(ports: World | Ports, *scopes: Scope, name: str = "serg") -> str:
    """Return a token of an account that may do what *scopes* name."""
    now = ports.clock.now()
    await ports.accounts.save(
        Account(name=name, password_hash="", scopes=scopes, password_set_at=now)
    )
    claims = Claims(
        token_id=name,
        account=name,
        scopes=scopes,
        issued_at=now,
        expires_at=now + timedelta(hours=12),
    )
    return ports.tokens.issue(claims)


@frozen
class Admin:
    """Somebody who sends requests with a token, or without."""

    port: int
    token: str | None

    async def ask(
        self,
        verb: str,
        path: str,
        body: object = None,
        *,
        kind: str = JSON,
        extra: Sequence[str] = (),
    ) -> Reply:
        """Send *body*, as it is or as JSON, and return the reply."""
        content = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        lines = [
            f"{verb} {path} HTTP/1.1",
            "host: admin.test",
            f"content-length: {len(content)}",
            *([] if body is None else [f"content-type: {kind}"]),
            *([f"authorization: Bearer {self.token}"] if self.token else []),
            *extra,
        ]
        return await talk(self.port, "\r\n".join(lines).encode() + b"\r\n\r\n" + content)

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.ask("GET", path, extra=_lines(headers))

    async def put(self, path: str, body: object, **headers: str) -> Reply:
        return await self.ask("PUT", path, body, extra=_lines(headers))

    async def post(self, path: str) -> Reply:
        return await self.ask("POST", path)

    async def send(self, path: str, parts: Sequence[bytes], *, extra: Sequence[str] = ()) -> Reply:
        """Post a form of *parts*."""
        return await self.ask("POST", path, form(parts), kind=FORM, extra=extra)


def _lines(headers: Mapping[str, str]) -> list[str]:
    return [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]


def _json(body: object) -> bytes:
    return json.dumps(body).encode()


async def admin_of(site: Site, *scopes: Scope) -> Admin:
    """Return an administrator who may do what *scopes* name; without any, everything."""
    return Admin(site.port, await token_for(site.world, *(scopes or Scope)))


async def admin(site: Site, scopes: Collection[Scope] = tuple(Scope), name: str = "serg") -> Admin:
    """Return the administrator *name*, who may do what *scopes* say."""
    return Admin(site.port, await token_for(site.world, *scopes, name=name))


def stranger(site: Site) -> Admin:
    """Return somebody without a token."""
    return Admin(site.port, None)
