"""Versions that changes are meant for."""

from __future__ import annotations

import re
from typing import Any, Final

from aiohttp import hdrs, web

from photochanger_core.domain.checks import check_fields, whole
from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.problems import Problem

_VERSION: Final = "version"
# Not as aiohttp reads them: it takes what comes before an error for all there is.
_TAG: Final = re.compile(r'(?:W/)?"([!#-~\x80-\U0010ffff]+)"')
_TAGS: Final = re.compile(rf"{_TAG.pattern}(?: *, *{_TAG.pattern})*")
_VERSIONS: Final = {_VERSION: whole(0, 2**31 - 1)}


def version_tag(version: int) -> str:
    """Return the `ETag` of something at *version*."""
    return f'"{version}"'


def versions_of(request: web.Request, body: dict[str, Any] | None = None) -> frozenset[int] | None:
    """Return the versions that a change is meant for, by `If-Match` and by *body*; None: any.

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
    return frozenset({version}) if meant is None else meant & {version}


def _if_match(request: web.Request) -> frozenset[int] | None:
    """Return the versions named; None: any is meant.

    Weak tags count, too, unlike in RFC 9110, 13.1.1: proxies weaken ours when they compress, and a
    version is exact however it is written.
    """
    tags = request.headers.get(hdrs.IF_MATCH)
    if tags is None or tags == "*":
        return None
    if not _TAGS.fullmatch(tags):
        raise InvalidRequest(hdrs.IF_MATCH, Problem.MALFORMED)
    return frozenset(int(tag) for tag in _TAG.findall(tags) if _is_version(tag))


def _is_version(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= len(str(2**31))
