"""Bodies of JSON, from anybody, as values that are checked."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any, Final, TypeVar

from aiohttp import hdrs, web

from photochanger_core.domain.checks import is_storable
from photochanger_core.domain.errors import (
    InvalidRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
    UploadTimeout,
)
from photochanger_core.domain.problems import Problem
from photochanger_core.domain.structuring import structured

BODY_LIMIT: Final = 256 * 1024
"""Bytes that a body of JSON has at most: the longest settings of a slot several times over."""

BODY_SECONDS: Final = 10.0
"""That it may take to arrive."""

MAX_DEPTH: Final = 20
"""Levels of nesting."""

_LARGEST_EXACT: Final = 2**53

_BODY: Final = {"field": "body", "problem": Problem.JSON_BODY}

T = TypeVar("T")


async def read_json(request: web.Request) -> dict[str, Any]:
    """Return the object that a request's body is.

    Raises:
        UnsupportedMediaType: If it is not labelled as JSON, or encoded.
        PayloadTooLarge: If it has more than `BODY_LIMIT` bytes.
        UploadTimeout: If it is not complete after `BODY_SECONDS`.
        InvalidRequest: If it is no JSON object, or holds what nobody can store.
    """
    if request.content_type != "application/json" or hdrs.CONTENT_ENCODING in request.headers:
        raise UnsupportedMediaType(request.content_type, details=_BODY)
    return parsed_object(await read_body(request), field="body")


def parsed_object(content: bytes, *, field: str) -> dict[str, Any]:
    """Return the object that *content* is as JSON.

    Raises:
        InvalidRequest: If it is no JSON object, or holds what nobody can store; naming *field*.
    """
    document = _parsed(content, field)
    if not isinstance(document, dict):
        raise InvalidRequest(field, Problem.MALFORMED, "no object")
    _check_values(document, MAX_DEPTH, field)
    return document


async def read_body(request: web.Request) -> bytes:
    """Return a request's body.

    Raises:
        PayloadTooLarge: If it has more than `BODY_LIMIT` bytes.
        UploadTimeout: If it is not complete after `BODY_SECONDS`.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _whole(request)
    except TimeoutError:
        raise UploadTimeout(details=_BODY) from None


async def _whole(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise PayloadTooLarge(details={**_BODY, "limit_bytes": BODY_LIMIT})
    return bytes(body)


def _parsed(content: bytes, field: str) -> object:
    try:
        text = content.decode("utf-8")
        document: object = json.loads(text, parse_constant=_refuse, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(field, Problem.MALFORMED, "no JSON") from error
    return document


def _number(text: str) -> float:
    """Return a number; a whole one is whole however it is written, as JSON Schema has it."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= _LARGEST_EXACT else value


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def _check_values(value: object, depth: int, field: str) -> None:
    """Pass if all text and numbers can be stored, and nothing lies too deep."""
    if depth < 0:
        raise InvalidRequest(field, Problem.MALFORMED, "nested too deep")
    match value:
        case str() if not is_storable(value):
            raise InvalidRequest(field, Problem.MALFORMED, "text that cannot be stored")
        case float() if not math.isfinite(value):  # 1e999 is JSON, and no number we know
            raise InvalidRequest(field, Problem.MALFORMED, "a number without end")
        case dict():
            for name, part in value.items():
                _check_values(name, depth, field)
                _check_values(part, depth - 1, field)
        case list():
            for part in value:
                _check_values(part, depth - 1, field)


async def body_of(request: web.Request, kind: type[T]) -> T:
    """Return the body of a request as a *kind*, a frozen attrs class with JSON's types.

    Raises:
        ValidationFailed: Naming every field that is missing, unknown or of another type.
        InvalidRequest, PayloadTooLarge, UnsupportedMediaType, UploadTimeout: As `read_json`.
    """
    return structured(await read_json(request), kind)
