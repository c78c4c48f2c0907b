"""POST /api/media/register."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web

from photochanger_core.use_cases.receive_form import FormShape
from photochanger_web.admin_form import form_of
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339

_FILE: Final = "file"
_FORM: Final = FormShape(file=_FILE)


async def register(request: web.Request) -> web.Response:
    """Take a picture in for a while, to try slots with."""
    async with form_of(request, _FORM) as form:
        media = await request.app[USE_CASES].register_upload(form.picture, name=_FILE)
    assert media.expires_at is not None  # noqa: S101 - uploads do not stay
    body = {
        "media_object_id": media.media_id,
        "media_type": media.media_type,
        "size": media.size,
        "sha256": media.sha256,
        "created_at": rfc3339(media.created_at),
        "expires_at": rfc3339(media.expires_at),
    }
    return web.json_response(body, status=HTTPStatus.CREATED)
