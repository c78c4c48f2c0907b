"""What people have filled in on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import hdrs, web

from photochanger_core.domain.checks import is_storable
from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.problems import Problem

from .json_body import read_body

FORM: Final = "application/x-www-form-urlencoded"

_MOST_FIELDS: Final = 200

_FIELDS: Final[web.RequestKey[Mapping[str, str]]] = web.RequestKey("fields")


async def fields_of(request: web.Request) -> Mapping[str, str]:
    """Return the fields of a form as browsers send it without scripts, read once.

    Raises:
        InvalidRequest: If it is none, or names a field twice.
        PayloadTooLarge, UploadTimeout: As `read_body`.
    """
    if _FIELDS not in request:
        request[_FIELDS] = await _read(request)
    return request[_FIELDS]


async def _read(request: web.Request) -> Mapping[str, str]:
    if request.content_type != FORM or hdrs.CONTENT_ENCODING in request.headers:
        raise InvalidRequest("body", Problem.MALFORMED, "no form")
    try:
        text = (await read_body(request)).decode("ascii")
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise InvalidRequest("body", Problem.MALFORMED, "no form") from error
    if not all(is_storable(part) for pair in pairs for part in pair):
        raise InvalidRequest("body", Problem.MALFORMED, "text that cannot be stored")
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InvalidRequest("body", Problem.REPEATED)
    return fields
