"""GET /public/results/{job_id}."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web

from photochanger_core.use_cases.read_result import StoredPicture
from photochanger_web.keys import USE_CASES
from photochanger_web.pictures import disposition, send

_SANDBOX: Final = "sandbox; default-src 'none'"


async def result(request: web.Request) -> web.StreamResponse:
    """Hand out a stored picture: whole, in part (Range), or not again (If-None-Match)."""
    stored = await request.app[USE_CASES].read_result(request.match_info["job_id"])
    headers = _headers(request, stored)
    if _is_known(request, stored.content.sha256):
        await stored.content.close()
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return await _send(request, stored, headers)


def _headers(request: web.Request, stored: StoredPicture) -> dict[str, str]:
    inline = request.query.get("inline") == "1"
    return {
        "Content-Disposition": disposition(stored.result.media_type, inline=inline),
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "private, no-cache",
        "ETag": f'"{stored.content.sha256}"',
        "Accept-Ranges": "bytes",
    }


def _is_known(request: web.Request, etag: str) -> bool:
    return any(tag.value in (etag, "*") for tag in request.if_none_match or ())


async def _send(
    request: web.Request, stored: StoredPicture, headers: dict[str, str]
) -> web.StreamResponse:
    size = stored.content.size
    part = _asked_part(request, stored.content.sha256, size)
    if part is None:
        return await send(request, stored.content, headers)
    if not part:
        await stored.content.close()
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    status = HTTPStatus.PARTIAL_CONTENT
    return await send(request, stored.content, headers, status=status, part=part)


def _asked_part(request: web.Request, etag: str, size: int) -> range | None:
    """Return the bytes asked for; None: all of them, as for a range that is no range.

    RFC 9110, 14.2: a range that is not understood is ignored. 13.1.5: so is one whose
    `If-Range` names another picture.
    """
    try:
        asked = request.http_range
    except ValueError:
        return None
    if asked.start is None and asked.stop is None:
        return None
    if request.headers.get("If-Range", f'"{etag}"') != f'"{etag}"':
        return None
    return range(size)[asked]
