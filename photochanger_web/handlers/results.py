"""/public/results/{job_id}, its preview, and DELETE /api/results/{job_id}."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web

from photochanger_core.domain.blob import Blob
from photochanger_web.access import actor
from photochanger_web.etags import is_known
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339
from photochanger_web.pictures import disposition, send

_SANDBOX: Final = "sandbox; default-src 'none'"


async def result(request: web.Request) -> web.StreamResponse:
    """Hand out a stored picture: whole, in part (Range), or not again (If-None-Match)."""
    stored = await request.app[USE_CASES].read_result(request.match_info["job_id"])
    if is_known(request, stored.content.sha256):
        return await _not_modified(stored.content)
    inline = request.query.get("inline") == "1"
    headers = _headers(stored.content) | {
        "Content-Disposition": disposition(stored.result.media_type, inline=inline),
        "Accept-Ranges": "bytes",
    }
    return await _send(request, stored.content, headers)


async def preview(request: web.Request) -> web.StreamResponse:
    """Hand out the small picture of a stored one, or not again (If-None-Match)."""
    stored = await request.app[USE_CASES].read_preview(request.match_info["job_id"])
    if is_known(request, stored.content.sha256):
        return await _not_modified(stored.content)
    return await send(request, stored.content, _headers(stored.content))


async def delete(request: web.Request) -> web.Response:
    """Delete a guest's picture, and give a receipt."""
    by = actor(request)
    receipt = await request.app[USE_CASES].delete_result(request.match_info["job_id"], by=by)
    return web.json_response(
        {
            "job_id": receipt.job.job_id,
            "slot_id": receipt.job.slot_id,
            "sha256": receipt.result.sha256,
            "deleted_at": rfc3339(receipt.at),
            "deleted_by": by.name,
        }
    )


def _headers(picture: Blob) -> dict[str, str]:
    return {
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "private, no-cache",
        "ETag": _etag(picture),
    }


def _etag(picture: Blob) -> str:
    return f'"{picture.sha256}"'


async def _not_modified(picture: Blob) -> web.Response:
    await picture.close()
    return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=_headers(picture))


async def _send(request: web.Request, picture: Blob, headers: dict[str, str]) -> web.StreamResponse:
    part = _asked_part(request, picture)
    if part is None:
        return await send(request, picture, headers)
    if not part:
        await picture.close()
        raise web.HTTPRequestRangeNotSatisfiable(
            headers={"Content-Range": f"bytes */{picture.size}"}
        )
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{picture.size}"
    status = HTTPStatus.PARTIAL_CONTENT
    return await send(request, picture, headers, status=status, part=part)


def _asked_part(request: web.Request, picture: Blob) -> range | None:
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
    etag = _etag(picture)
    if request.headers.get("If-Range", etag) != etag:
        return None
    return range(picture.size)[asked]
