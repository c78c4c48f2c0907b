"""What goes on at a server all day: booths, guests, administrators, cleaning up."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import ClientSession, ClientTimeout
from attrs import define, field

import photochanger_cli
from photochanger_cli.booth import BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from tests.e2e.parts import PASSWORD, SLOT, Service

from .pages import PATHS, log_in

_PHOTO: Final = Path(photochanger_cli.__file__).with_name("sample.jpg").read_bytes()
_PAGE_EVERY: Final = 0.5
_CLEANUP_EVERY: Final = 30.0
_PATIENCE: Final = ClientTimeout(total=60)


@define(kw_only=True)
class Load:
    """Mixed load on a server, which is on while `running`.

    Attributes:
        answers: How often what was asked for was answered with which status.
    """

    service: Service
    photos_a_minute: float
    answers: Counter[str] = field(factory=Counter, init=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have everybody do what they do until the block ends."""
        headers = await asyncio.to_thread(log_in, self.service)
        async with (
            ClientSession(timeout=_PATIENCE) as guests,
            ClientSession(timeout=_PATIENCE, headers=headers) as office,
            asyncio.TaskGroup() as tasks,
        ):
            everybody = [
                tasks.create_task(self._booths(tasks, guests)),
                tasks.create_task(self._look_at_pages(office)),
                tasks.create_task(self._clean_up()),
            ]
            yield
            for one in everybody:
                one.cancel()

    async def _booths(self, tasks: asyncio.TaskGroup, guests: ClientSession) -> None:
        async def one_photo() -> None:
            tasks.create_task(self._guest(guests))

        await _regularly(60 / self.photos_a_minute, one_photo)

    async def _guest(self, guests: ClientSession) -> None:
        """Send a photo as a booth does; fetch its picture, its page and its preview."""
        photo = BoothPhoto.of(
            _PHOTO, time=int(time.time()), password=PASSWORD, idempotency_key=secrets.token_hex()
        )
        answer = await send_as_booth(Server.at(self.service.url), SLOT, photo)
        self.answers[f"photo {answer.head.status}"] += 1
        link = answer.head.headers.get("x-result-url")
        for what in ("", "/page", "/preview") if link else ():
            await self._get(guests, f"{link}{what}", f"guest{what or '/picture'}")

    async def _look_at_pages(self, office: ClientSession) -> None:
        paths = itertools.cycle(PATHS)

        async def next_page() -> None:
            await self._get(office, self.service.url + next(paths), "page")

        await _regularly(_PAGE_EVERY, next_page)

    async def _clean_up(self) -> None:
        async def once() -> None:
            done = await asyncio.to_thread(self.service.command, "cleanup")
            self.answers[f"cleanup {done.returncode}"] += 1

        await _regularly(_CLEANUP_EVERY, once)

    async def _get(self, client: ClientSession, url: str, what: str) -> None:
        async with client.get(url) as answer:
            await answer.read()
            self.answers[f"{what} {answer.status}"] += 1


async def _regularly(seconds: float, deed: Callable[[], Awaitable[None]]) -> None:
    """Do *deed* again and again; what took longer than *seconds* is followed at once."""
    while True:
        began = time.monotonic()
        await deed()
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
