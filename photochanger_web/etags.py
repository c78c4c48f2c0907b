"""Documents that callers need not be sent again, and versions that changes are meant for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from aiohttp import hdrs, web

from photochanger_core.domain.checks import check_fields, whole
from photochanger_core.domain.errors import InvalidRequest, Problem
from photochanger_core.use_cases.save_slot import Versions

_VERSION: Final = "version"
_VERSIONS: Final = {_VERSION: whole(1, 2**31 - 1)}


def tagged(request: web.Request, document: Mapping[str, object]) -> web.Response:
    """Answer with *document* and a tag of what is in it, or that the caller has it already."""
    text = json.dumps(document, ensure_ascii=False)
    tag = sha256(text.encode()).hexdigest()
    headers = {hdrs.ETAG: f'"{tag}"', hdrs.CACHE_CONTROL: "private, no-cache"}
    if is_known(request, tag):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.json_response(text=text, headers=headers)


def is_known(request: web.Request, tag: str) -> bool:
    """Whether the caller has what is tagged so (RFC 9110, 13.1.2)."""
    return any(known.value in (tag, "*") for known in request.if_none_match or ())


def versions_of(request: web.Request, body: dict[str, Any] | None = None) -> Versions:
    """Return the versions that a change is meant for, by `If-Match` and by *body*.

    `version` is taken out of *body*.

    Raises:
        InvalidRequest: If `If-Match` holds no tags.
        ValidationFailed: If `version` is none.
    """
    meant = _if_match(request)
    if body is None or _VERSION not in body:
        return meant
    version = body.pop(_VERSION)
    check_fields({_VERSION: version}, _VERSIONS)
    return {version} if meant is None else meant & {version}


def _if_match(request: web.Request) -> frozenset[int] | None:
    """Return the versions named; weak tags match none (RFC 9110, 13.1.1). None: any is meant."""
    tags = request.if_match
    if tags is None:
        return None
    if not tags:
        raise InvalidRequest(hdrs.IF_MATCH, Problem.MALFORMED)
    if any(tag.value == "*" for tag in tags):
        return None
    strong = (tag.value for tag in tags if not tag.is_weak)
    return frozenset(int(value) for value in strong if _is_version(value))


def _is_version(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= len(str(2**31))
