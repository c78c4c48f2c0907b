"""Sending what the Turbotext stand-in has to say, rightly or wrongly."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from .api_error import JSON
from .odd_pictures import ODD_PICTURES, Labelled
from .turbotext_errors import TurbotextError
from .turbotext_faults import HTTP_ERRORS, Document, dumped, spoiled
from .wire_faults import WIRE, Call

_JSON_OPENING: Final = b'{"success":true,"error":"'
_PNG_OPENING: Final = b"\x89PNG\r\n\x1a\n"


async def send_document(
    right: Document, fault: str | None, request: web.Request
) -> web.StreamResponse:
    """Answer *request* with *right*, or with what *fault* makes of it.

    Raises:
        TurbotextError: If the fault is an error of the service.
    """
    if fault is None:
        return _plain(Labelled(dumped(right), JSON))
    answer = Labelled(spoiled(fault, right), JSON)
    return await _wrong(fault, answer, request, _JSON_OPENING)


async def send_picture(right: bytes, fault: str | None, request: web.Request) -> web.StreamResponse:
    """Answer *request* with the PNG *right*, or with what *fault* makes of it.

    Raises:
        TurbotextError: If the fault is an error of the service.
    """
    if fault is None:
        return _plain(Labelled(right))
    if fault in ODD_PICTURES:
        return _plain(await asyncio.to_thread(ODD_PICTURES[fault], lambda: right))
    return await _wrong(fault, Labelled(right), request, _PNG_OPENING)


async def _wrong(
    fault: str, answer: Labelled, request: web.Request, opening: bytes
) -> web.StreamResponse:
    """Answer with *answer*, unless the service or the wire is broken."""
    if fault in HTTP_ERRORS:
        raise TurbotextError(HTTP_ERRORS[fault], HTTP_ERRORS[fault].phrase)
    if fault in WIRE:
        return await WIRE[fault](_call(answer, request, opening))
    return _plain(answer)


def _plain(answer: Labelled) -> web.Response:
    return web.Response(body=answer.content, headers={"Content-Type": answer.label})


def _call(answer: Labelled, request: web.Request, opening: bytes) -> Call:
    async def right() -> bytes:
        return answer.content

    return Call(request=request, right=right, content_type=answer.label, opening=opening)
