"""Versions of what administrators change."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web

from photochanger_core.domain.checks import whole
from photochanger_core.domain.errors import ValidationFailed

VERSION: Final = "version"
"""The field of a body in which the version is told that somebody has seen."""

_CHECK: Final = whole(0, 2**31 - 1)


def etag(version: int) -> str:
    """Return the `ETag` of something at *version*."""
    return f'"{version}"'


def seen_versions(request: web.Request, document: dict[str, Any]) -> frozenset[int] | None:
    """Return the versions that a change is good for; None: any.

    They are told by `If-Match` (RFC 9110, 13.1.1; weak ones count, too, as proxies weaken them) and
    by the field `version`, which is taken out of *document*. If both are there, both have to fit.

    Raises:
        ValidationFailed: If the field is no version.
    """
    named = _named(request)
    if VERSION not in document:
        return named
    version = document.pop(VERSION)
    if problem := _CHECK(version):
        raise ValidationFailed([(VERSION, problem)])
    return frozenset({version}) if named is None else named & {version}


def _named(request: web.Request) -> frozenset[int] | None:
    values = None if request.if_match is None else {tag.value for tag in request.if_match}
    if values is None or "*" in values:
        return None
    return frozenset(int(value) for value in values if value.isascii() and value.isdecimal())
