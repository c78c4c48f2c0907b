"""What goes wrong when the Gemini stand-in is told so."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from aiohttp import web

from .api_error import JSON
from .gemini_answers import ODD, good
from .gemini_errors import BROKEN, exhausted
from .gemini_rules import Accepted
from .wire_faults import WIRE, Call

_ARRAY_ERROR: Final = "array_error"
_OPENING: Final = b'{"candidates":[{"content":{"parts":[{"inlineData":{"data":"'

FAULTS: Final = frozenset((*WIRE, *ODD, *BROKEN, _ARRAY_ERROR))
"""The names of everything that can go wrong."""


async def right(asked: Accepted) -> bytes:
    """Return the right answer.

    Raises:
        GeminiError: If the photo cannot be decoded.
    """
    return await asyncio.to_thread(good, asked)


async def wrong(fault: str, request: web.Request, asked: Accepted) -> web.StreamResponse:
    """Answer *request*, which holds what was *asked*, in the way named *fault*.

    Raises:
        GeminiError: If the fault is an error of the service.
    """
    if fault in BROKEN:
        raise BROKEN[fault]
    if fault in ODD:
        return _json(await asyncio.to_thread(ODD[fault], asked))
    if fault == _ARRAY_ERROR:
        error = exhausted()
        return _json(error.body(in_array=True), status=error.status)
    call = Call(request=request, right=partial(right, asked), content_type=JSON, opening=_OPENING)
    return await WIRE[fault](call)


def _json(body: bytes, *, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, headers={"Content-Type": JSON})
