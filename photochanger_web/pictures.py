"""Pictures as answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import MediaType

_STALL_SECONDS: Final = 60.0
"""After which a reader that takes nothing is left alone."""


def disposition(media_type: MediaType, *, inline: bool = False) -> str:
    """Return the `Content-Disposition` of a picture."""
    kind = "inline" if inline else "attachment"
    return f'{kind}; filename="result.{media_type.extension}"'


async def send(
    request: web.Request,
    picture: Blob,
    headers: Mapping[str, str],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    part: range | None = None,
) -> web.StreamResponse:
    """Answer with *picture*, or with *part* of its bytes; closes it.

    Raises:
        ConnectionResetError: If the caller does not take it.
    """
    try:
        part = range(picture.size) if part is None else part
        response = web.StreamResponse(status=status, headers=headers)
        response.content_type = picture.media_type
        response.content_length = len(part)
        await deliver(request, response, picture.chunks(part.start, part.stop))
        return response
    finally:
        await picture.close()


async def deliver(
    request: web.Request, response: web.StreamResponse, chunks: AsyncIterator[bytes]
) -> None:
    """Send *response* with a body of *chunks*, its headers alone if that is what was asked for.

    Raises:
        ConnectionResetError: If the caller does not take it.
    """
    await response.prepare(request)
    if request.method == hdrs.METH_HEAD:
        return
    async for chunk in chunks:
        try:
            async with asyncio.timeout(_STALL_SECONDS):
                await response.write(chunk)
        except TimeoutError as error:
            if request.transport is not None:
                request.transport.abort()  # closing would wait for what is not taken
            raise ConnectionResetError("the caller takes nothing") from error
