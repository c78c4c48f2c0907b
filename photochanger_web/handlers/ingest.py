"""POST /ingest/{slot_id} and /api/ingest/{slot_id}."""

from __future__ import annotations

from contextlib import aclosing
from typing import Final

from aiohttp import hdrs, web
from aiohttp.http import HttpVersion11

from photochanger_core.use_cases.accept_upload import UploadHead
from photochanger_core.use_cases.acceptance import Acceptance
from photochanger_web.address import client_address
from photochanger_web.correlation import correlation_id
from photochanger_web.form import parts
from photochanger_web.keys import ACCEPTANCE, DRAINING, USE_CASES
from photochanger_web.middleware import answered
from photochanger_web.reply import reply

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


async def expect(request: web.Request) -> web.Response | None:
    """Ask for the body, or refuse it: what the head shows to be in vain is not sent.

    aiohttp calls this before the middlewares.
    """
    if request.headers.get(hdrs.EXPECT, "").lower() != "100-continue":
        raise web.HTTPExpectationFailed
    refusal = await answered(request, _go_on)
    if refusal is not None:
        refusal.force_close()
    return refusal


async def _go_on(request: web.Request) -> None:
    request[ACCEPTANCE] = await _accept(request)
    if request.version >= HttpVersion11:
        await request.writer.write(_CONTINUE)
        request.writer.output_size = 0  # the answer proper has not begun


async def ingest(request: web.Request) -> web.StreamResponse:
    """Take a booth's photo and answer with the provider's picture, or with what stands for it."""
    request.app[DRAINING].check()
    accepted = request.get(ACCEPTANCE) or await _accept(request)
    async with aclosing(parts(request)) as form:
        processed = await request.app[USE_CASES].ingest_photo(accepted, form)
    return await reply(request, processed, accepted.slot.reply)


async def _accept(request: web.Request) -> Acceptance:
    request.app[DRAINING].check()
    head = UploadHead(
        slot=request.match_info["slot_id"],
        address=client_address(request),
        content_type=request.content_type,
        content_encoding=request.headers.get(hdrs.CONTENT_ENCODING),
        content_length=request.content_length,
        key=request.query.get("key"),
        idempotency_keys=request.headers.getall("Idempotency-Key", ()),
        correlation_id=correlation_id(request),
    )
    return await request.app[USE_CASES].accept_upload(head)
