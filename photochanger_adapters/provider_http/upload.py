"""A request's body in the shape aiohttp sends."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from .body import Body


class Upload(aiohttp.Payload):
    """A body of known length, read while it is sent.

    aiohttp sends in a task of its own and reports whatever happens there as a broken
    connection.

    Attributes:
        begun: Whether it is on its way: there is a connection, and somebody at the other end.
        failure: Why it could not be read.
    """

    _autoclose = True  # nothing is held once `write` has ended, however it ended

    def __init__(self, body: Body, *, content_type: str) -> None:
        super().__init__(body, content_type=content_type)
        self._size = body.size
        self.begun = False
        self.failure: Exception | None = None

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Refuse: the body is never held as a whole."""
        raise TypeError("an upload is streamed")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send the body through *writer*, which aiohttp has once there is a connection."""
        self.begun = True
        async with aclosing(self._chunks()) as chunks:
            async for chunk in chunks:
                await writer.write(chunk)

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        body: Body = self._value
        try:
            async with aclosing(body.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
        except Exception as error:
            self.failure = error
            raise
