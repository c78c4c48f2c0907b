"""/: where administrators begin."""

from __future__ import annotations

from aiohttp import web

from .navigation import HOME
from .refusal import see_other


async def show(_: web.Request) -> web.Response:
    """Lead to the slots."""
    return see_other(HOME)
