"""JSON that callers keep until it changes."""

from __future__ import annotations

import json
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from aiohttp import web

_HEADERS: Final = {"Cache-Control": "private, no-cache"}


def tagged_json(request: web.Request, body: object) -> web.Response:
    """Return an answer of *body*, or 304 if the caller has just that (If-None-Match)."""
    text = json.dumps(body)
    tag = sha256(text.encode()).hexdigest()
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        response = web.Response(status=HTTPStatus.NOT_MODIFIED, headers=_HEADERS)
    else:
        response = web.json_response(text=text, headers=_HEADERS)
    response.etag = tag
    return response
