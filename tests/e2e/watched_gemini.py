"""A stand-in for Gemini in this process, which sees what it is sent and waits when it is told."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from photochanger_adapters.simulators.gemini import create_gemini_simulator
from photochanger_adapters.simulators.gemini_errors import BROKEN

from .processes import PATIENCE

KEY: Final = "simulated-key"


class WatchedGemini:
    """What calls see and leave behind. Everything happens on the loop of the stand-in's thread.

    Attributes:
        photos: What every call carried first, in order.
        at_once: How many calls are being answered.
        most_at_once: How many they have been at most.
        broken: Models that are overloaded.
    """

    def __init__(self) -> None:
        self.photos: list[bytes] = []
        self.at_once = 0
        self.most_at_once = 0
        self.broken: set[str] = set()
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._answering = asyncio.Event()
        self._over = asyncio.Event()
        self._answering.set()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Let calls in, but answer none of them inside."""
        self._loop.call_soon_threadsafe(self._answering.clear)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._answering.set)

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Take note of a call."""
        if request.method != "POST":
            return await handler(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.photos.append(_photo(await request.read()))
            await self._answering.wait()
            if request.match_info["model"] in self.broken:
                raise BROKEN["http_503"]
            return await handler(request)
        finally:
            self.at_once -= 1

    def run(self, ready: threading.Event) -> None:
        """Serve until `end`."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    def end(self) -> None:
        """Have `run` return."""
        self._loop.call_soon_threadsafe(self._over.set)

    async def _serve(self, ready: threading.Event) -> None:
        app = create_gemini_simulator(KEY)
        app.middlewares.append(self.watch)
        runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            ready.set()
            await self._over.wait()
        finally:
            await runner.cleanup()


def _photo(body: bytes) -> bytes:
    """Return the guest's photo in a call."""
    parts = json.loads(body)["contents"][0]["parts"]
    return base64.b64decode(parts[0]["inlineData"]["data"])


@contextmanager
def watched_gemini() -> Iterator[WatchedGemini]:
    """Run a stand-in in a thread of its own."""
    gemini, ready = WatchedGemini(), threading.Event()
    thread = threading.Thread(target=gemini.run, args=[ready])
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield gemini
    finally:
        gemini.end()
        thread.join()
