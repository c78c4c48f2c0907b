"""Documents that callers need not be sent again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus

from aiohttp import hdrs, web

from .compression import is_to_be_small, not_modified


def tagged(request: web.Request, document: Mapping[str, object]) -> web.Response:
    """Answer with *document* and a tag of what is in it, or that the caller has it already."""
    text = json.dumps(document, ensure_ascii=False)
    return tagged_text(request, text, "application/json")


def tagged_text(request: web.Request, text: str, content_type: str) -> web.Response:
    """Answer with *text* and a tag of it, or that the caller has it already."""
    tag = tag_of(text)
    headers = {hdrs.ETAG: f'"{tag}"', hdrs.CACHE_CONTROL: "private, no-cache"}
    if is_known(request, tag):
        same = web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return not_modified(same, is_small=is_to_be_small(request))
    return web.Response(text=text, content_type=content_type, charset="utf-8", headers=headers)


def tag_of(text: str) -> str:
    """Return the tag of *text*, as a header has it in quotes."""
    return sha256(text.encode()).hexdigest()


def is_known(request: web.Request, tag: str) -> bool:
    """Whether the caller has what is tagged so (RFC 9110, 13.1.2)."""
    return any(known.value in (tag, "*") for known in request.if_none_match or ())
