"""An administrator in a browser: cookies, forms, and what browsers say of where they come from."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import unescape
from typing import Final
from urllib.parse import urlencode

from attrs import define, field

from photochanger_core.domain.account import Scope
from tests.logins import PASSWORD, give_account

from .booth import Reply, talk
from .running_site import Site

HOST: Final = "photos.test"
OWN: Final = ("sec-fetch-site: same-origin",)
FORM: Final = "application/x-www-form-urlencoded"


@define
class Visitor:
    """A browser with its cookies."""

    port: int
    extra: Sequence[str] = ()
    cookies: dict[str, str] = field(factory=dict)

    async def get(self, path: str, *, extra: Sequence[str] = ()) -> Reply:
        return await self.ask("GET", path, extra=extra)

    async def ask(
        self,
        verb: str,
        path: str,
        body: bytes = b"",
        *,
        kind: str = FORM,
        extra: Sequence[str] = (),
    ) -> Reply:
        lines = [
            f"{verb} {path} HTTP/1.1",
            f"host: {HOST}",
            f"content-length: {len(body)}",
            *([f"content-type: {kind}"] if body else []),
            *([f"cookie: {self.cookie}"] if self.cookies else []),
            *self.extra,
            *extra,
        ]
        reply = await talk(self.port, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        self._keep(reply)
        return reply

    async def submit(
        self, path: str, fields: dict[str, str], *, extra: Sequence[str] = OWN
    ) -> Reply:
        """Send a form as a page of ours does."""
        return await self.ask("POST", path, urlencode(fields).encode(), extra=extra)

    async def log_in(
        self, name: str = "serg", password: str = PASSWORD, *, then: str = "/slots"
    ) -> Reply:
        return await self.submit("/login", {"username": name, "password": password, "next": then})

    async def log_out(self) -> Reply:
        return await self.submit("/logout", {"csrf_token": await self.form_key()})

    async def form_key(self) -> str:
        """Return what our pages send with every change."""
        page = (await self.get("/slots")).body.decode()
        [key] = re.findall(r'name="csrf-token" content="([^"]*)"', page)
        return unescape(key)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, reply: Reply) -> None:
        for cookie in reply.headers.get("set-cookie", "").splitlines():
            name, _, rest = cookie.partition("=")
            value, _, attributes = rest.partition(";")
            self.cookies[name] = value
            if "Max-Age=0" in attributes:
                del self.cookies[name]


def visitor(site: Site, *extra: str) -> Visitor:
    """Return a browser that has never been here; *extra* goes with all it asks."""
    return Visitor(site.port, extra)


async def logged_in(site: Site, name: str, scopes: Collection[str] = tuple(Scope)) -> Visitor:
    """Return the browser of *name*, who may do what *scopes* say."""
    await give_account(site.world, name, scopes=list(scopes))
    who = visitor(site)
    assert (await who.log_in(name)).status == 303
    return who
