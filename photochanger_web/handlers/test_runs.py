"""POST /api/slots/{slot_id}/test-run."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import hdrs, web

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.slot import Reply
from photochanger_core.use_cases.receive_form import Form, FormShape
from photochanger_core.use_cases.test_slot import SlotTest
from photochanger_web.access import actor
from photochanger_web.admin_form import form_of
from photochanger_web.correlation import correlation_id
from photochanger_web.json_body import BODY_LIMIT, parsed_object
from photochanger_web.keys import DRAINING, USE_CASES
from photochanger_web.preferences import prefers
from photochanger_web.reply import reply, reply_with_json
from photochanger_web.versions import versions_of

_UPLOAD: Final = "media_object_id"
_PAYLOAD: Final = "slot_payload"
_ID_BYTES: Final = 32
_FORM: Final = FormShape(file="test_image", texts={_UPLOAD: _ID_BYTES, _PAYLOAD: BODY_LIMIT})


async def test_run(request: web.Request) -> web.StreamResponse:
    """Try a slot, changed as `slot_payload` says, and answer as a booth is answered, or in JSON."""
    request.app[DRAINING].check()
    async with form_of(request, _FORM) as form:
        changes = _changes(form)
        versions = versions_of(request, changes)
        processed = await request.app[USE_CASES].test_slot(
            SlotTest(
                slot=request.match_info["slot_id"],
                changes=changes,
                versions=versions,
                photo=await _photo(request, form),
                by=actor(request),
                correlation_id=correlation_id(request),
            )
        )
    accept = ",".join(request.headers.getall(hdrs.ACCEPT, []))
    if prefers(accept, "application/json", to=processed.content.media_type):
        return await reply_with_json(request, processed)
    return await reply(request, processed, Reply.IMAGE)


def _changes(form: Form) -> dict[str, Any]:
    payload = form.texts.get(_PAYLOAD)
    return {} if payload is None else parsed_object(payload, field=_PAYLOAD)


async def _photo(request: web.Request, form: Form) -> Blob:
    upload = form.texts.get(_UPLOAD)
    if upload is None:
        return form.picture
    if form.file is not None:
        raise InvalidRequest(_UPLOAD, Problem.REPEATED, "there is a test_image, too")
    return await request.app[USE_CASES].open_upload(upload.decode(errors="replace"))
