"""The real server on a loopback port, over a core in memory."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from attrs import frozen

from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_web.app import create_app
from photochanger_web.config import WebConfig
from photochanger_web.server import serving

from .booth import PASSWORD
from .world import World


@frozen
class Site:
    """A running server and what is behind it."""

    app: web.Application
    port: int
    world: World
    use_cases: UseCases


@asynccontextmanager
async def site_over(
    world: World, config: WebConfig | None = None, *, idle_seconds: float = 15.0
) -> AsyncIterator[Site]:
    """Serve the use cases over *world*; what still runs at the end is cancelled."""
    async with leaving_site(world, config, idle_seconds=idle_seconds) as site:
        try:
            yield site
        finally:
            await world.runs.close()


@asynccontextmanager
async def leaving_site(
    world: World, config: WebConfig | None = None, *, idle_seconds: float = 15.0
) -> AsyncIterator[Site]:
    """Serve the use cases over *world*, with the booth's password set, and leave as servers do."""
    use_cases = world.use
    await use_cases.configure_settings({"ingest_password": PASSWORD}, by=Actor(name="test"))
    world.audit.entries.clear()

    @asynccontextmanager
    async def open_use_cases() -> AsyncIterator[UseCases]:
        yield use_cases

    app = create_app(open_use_cases, config or WebConfig())
    with socket.create_server(("127.0.0.1", 0)) as sock:
        async with serving(app, sock, idle_seconds=idle_seconds):
            yield Site(app, sock.getsockname()[1], world, use_cases)
