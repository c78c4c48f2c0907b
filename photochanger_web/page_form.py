"""What people have filled in on a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import hdrs, web

from photochanger_core.domain.checks import is_storable
from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.problems import Problem

from .json_body import read_body

FORM: Final = "application/x-www-form-urlencoded"

FORM_KEY_FIELD: Final = "csrf_token"

FORM_LIMIT: Final = 1024 * 1024
"""Bytes that a form has at most: Russian letters take six each on the way, prompts are long."""

_MOST_FIELDS: Final = 400

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


def has_fields(request: web.Request) -> bool:
    """Whether the fields of the form were read, so that it can be shown again."""
    return _FIELDS in request


def remember_fields(request: web.Request, texts: Mapping[str, bytes]) -> None:
    """Have `fields_of` return *texts*, which came in another way.

    Raises:
        InvalidRequest: If they are no text.
    """
    try:
        fields = {name: content.decode("utf-8") for name, content in texts.items()}
    except ValueError as error:
        raise InvalidRequest("body", Problem.MALFORMED, "not in UTF-8") from error
    request[_FIELDS] = _checked(fields.items())


async def _read(request: web.Request) -> Mapping[str, str]:
    if request.content_type != FORM or hdrs.CONTENT_ENCODING in request.headers:
        raise InvalidRequest("body", Problem.MALFORMED, "no form")
    try:
        text = (await read_body(request, limit=FORM_LIMIT)).decode("ascii")
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise InvalidRequest("body", Problem.MALFORMED, "no form") from error
    return _checked(pairs)


def _checked(pairs: Collection[tuple[str, str]]) -> Mapping[str, str]:
    if not all(is_storable(part) for pair in pairs for part in pair):
        raise InvalidRequest("body", Problem.MALFORMED, "text that cannot be stored")
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InvalidRequest("body", Problem.REPEATED)
    return fields
