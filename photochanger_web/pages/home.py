"""/: where administrators begin."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from .refusal import see_other

HOME: Final = "/slots"


async def show(_: web.Request) -> web.Response:
    """Lead to the slots."""
    return see_other(HOME)
