"""Pictures that can be fetched by links, as a provider wants them that takes nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from attrs import define, evolve, field

from photochanger_adapters.turbotext.driver import TurbotextProvider
from photochanger_core.domain.blob import Blob
from photochanger_core.ports.provider import Order
from tests.orders import keyed, order


@define
class Links:
    """A server that hands out the pictures it was given."""

    url: str = field(init=False)
    pictures: list[Blob] = field(factory=list, init=False)

    def to(self, picture: Blob) -> str:
        """Return a link to *picture*."""
        self.pictures.append(picture)
        return f"{self.url}{len(self.pictures) - 1}"

    async def hand_out(self, request: web.Request) -> web.StreamResponse:
        picture = self.pictures[int(request.match_info["number"])]
        answer = web.StreamResponse(headers={"Content-Type": picture.media_type})
        answer.content_length = picture.size
        await answer.prepare(request)
        async for chunk in picture.chunks():
            await answer.write(chunk)
        return answer

    def order(
        self,
        photo: Blob | None = None,
        *templates: Blob,
        operation: str | None = None,
        seconds: float = 10,
        settings: dict[str, object] | None = None,
    ) -> Order:
        """Return an order with links to its pictures; one of an operation that takes so many."""
        wanted = order(photo, *templates, seconds=seconds)
        return evolve(
            wanted,
            operation=operation or ("style_transfer" if templates else "image_edit"),
            settings={"prompt": "Studio portrait"} if settings is None else settings,
            links=[self.to(picture) for picture in (wanted.photo, *templates)],
        )


@asynccontextmanager
async def linking() -> AsyncIterator[Links]:
    """Serve pictures until the block ends."""
    links = Links()
    app = web.Application()
    app.router.add_get(r"/{number:\d+}", links.hand_out)
    async with TestServer(app) as server:
        links.url = str(server.make_url("/"))
        yield links


def turbotext(session: aiohttp.ClientSession, url: str, **more: Any) -> TurbotextProvider:
    settings = {"poll_seconds": 0.02, "api_key": keyed(), **more}
    return TurbotextProvider(session=session, base_url=url, **settings)
