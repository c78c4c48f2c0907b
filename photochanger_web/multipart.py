"""A description and a picture in one answer (RFC 2046, 5.1.3)."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Final

from aiohttp import web

from photochanger_core.domain.blob import Blob

from .pictures import deliver, disposition

MIXED: Final = "multipart/mixed"


async def send_mixed(
    request: web.Request,
    description: Mapping[str, object],
    picture: Blob,
    headers: Mapping[str, str],
) -> web.StreamResponse:
    """Answer with *description* as JSON and with *picture*; closes it.

    Raises:
        ConnectionResetError: If the caller does not take it.
    """
    boundary = uuid.uuid4().hex
    before, after = _before(boundary, description, picture), f"\r\n--{boundary}--\r\n".encode()
    try:
        response = web.StreamResponse(headers=headers)
        response.headers["Content-Type"] = f"{MIXED}; boundary={boundary}"
        response.content_length = len(before) + picture.size + len(after)
        async with aclosing(_body(before, picture, after)) as body:
            await deliver(request, response, body)
        return response
    finally:
        await picture.close()


def _before(boundary: str, description: Mapping[str, object], picture: Blob) -> bytes:
    lines = [
        f"--{boundary}",
        "Content-Type: application/json",
        "",
        json.dumps(description),
        f"--{boundary}",
        f"Content-Type: {picture.media_type}",
        f"Content-Disposition: {disposition(picture.media_type)}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


async def _body(before: bytes, picture: Blob, after: bytes) -> AsyncGenerator[bytes, None]:
    yield before
    async for chunk in picture.chunks():
        yield chunk
    yield after
