"""/api/template-media."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

from photochanger_core.domain.checks import text
from photochanger_core.domain.media import MediaObject
from photochanger_core.use_cases.list_templates import TemplateView
from photochanger_core.use_cases.receive_form import FormShape
from photochanger_web.access import actor
from photochanger_web.admin_form import form_of
from photochanger_web.etags import is_known, tagged
from photochanger_web.keys import USE_CASES
from photochanger_web.moments import rfc3339
from photochanger_web.pictures import send
from photochanger_web.query import DEFAULT_LIMIT, LIMIT, checked_query

_FILE: Final = "file"
_FORM: Final = FormShape(file=_FILE)
_PAGE: Final = {"limit": LIMIT, "before": text(32)}


async def register(request: web.Request) -> web.Response:
    """Take a picture in as a template: 201, or 200 if it is one already."""
    async with form_of(request, _FORM) as form:
        registered = await request.app[USE_CASES].register_template(
            form.picture, name=_FILE, by=actor(request)
        )
    status = HTTPStatus.CREATED if registered.is_new else HTTPStatus.OK
    return web.json_response(_as_json(registered.media), status=status)


async def templates(request: web.Request) -> web.Response:
    """List the templates, the youngest first, and where they are used."""
    asked = checked_query(request, _PAGE, numbers=["limit"])
    found = await request.app[USE_CASES].list_templates(
        limit=asked.get("limit", DEFAULT_LIMIT), before=asked.get("before")
    )
    oldest = found.templates[-1].media.media_id if found.has_more else None
    listed = [_with_uses(view) for view in found.templates]
    return tagged(request, {"templates": listed, "next_before": oldest})


async def preview(request: web.Request) -> web.StreamResponse:
    """Hand out a small picture of a template: what an id stands for never changes."""
    read_template = request.app[USE_CASES].read_template
    media = await read_template(request.match_info["media_id"])
    headers = {
        hdrs.ETAG: f'"{media.sha256}"',
        hdrs.CACHE_CONTROL: "private, max-age=86400, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if is_known(request, media.sha256):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return await send(request, await read_template.preview(media), headers)


async def delete(request: web.Request) -> web.Response:
    """Delete a template that no slot uses but the one named, which does not any more then."""
    media_id = request.match_info["media_id"]
    changed = await request.app[USE_CASES].delete_template(
        media_id, slot=request.query.get("slot_id"), by=actor(request)
    )
    slot = changed and {"slot_id": changed.slot_id, "version": changed.version}
    return web.json_response({"template_media_id": media_id, "slot": slot})


def _as_json(media: MediaObject) -> Mapping[str, object]:
    return {
        "template_media_id": media.media_id,
        "media_type": media.media_type,
        "size": media.size,
        "sha256": media.sha256,
        "created_at": rfc3339(media.created_at),
    }


def _with_uses(view: TemplateView) -> Mapping[str, object]:
    used_by = [{"slot_id": use.slot_id, "media_kind": use.media_kind} for use in view.uses]
    return {**_as_json(view.media), "used_by": used_by}
