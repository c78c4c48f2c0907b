"""Bodies of JSON, from anybody, as values that are checked."""

from __future__ import annotations

import asyncio
from typing import Any, Final, TypeVar

from aiohttp import hdrs, web

from photochanger_core.domain.errors import (
    InvalidRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
    UploadTimeout,
    ValidationFailed,
)
from photochanger_core.domain.plain_json import JsonLimits, parsed
from photochanger_core.domain.problems import FieldProblem, Problem
from photochanger_core.domain.structuring import structured

BODY_LIMIT: Final = 256 * 1024
"""Bytes that a body of JSON has at most: the longest settings of a slot several times over."""

BODY_SECONDS: Final = 10.0
"""That it may take to arrive."""

_LIMITS: Final = JsonLimits(depth=20)

_BODY: Final = {"field": "body", "problem": Problem.JSON_BODY}

T = TypeVar("T")


async def read_json(request: web.Request) -> dict[str, Any]:
    """Return the object that a request's body is.

    Raises:
        UnsupportedMediaType: If it is not labelled as JSON, or encoded.
        PayloadTooLarge: If it has more than `BODY_LIMIT` bytes.
        UploadTimeout: If it is not complete after `BODY_SECONDS`.
        InvalidRequest: As `parsed_object`.
    """
    if request.content_type != "application/json" or hdrs.CONTENT_ENCODING in request.headers:
        raise UnsupportedMediaType(request.content_type, details=_BODY)
    return parsed_object(await read_body(request), field="body")


def parsed_object(content: bytes, *, field: str) -> dict[str, Any]:
    """Return the object that *content* is as JSON.

    Raises:
        InvalidRequest: If it is no JSON object, or holds what nobody can store, or a name twice in
            an object; naming *field*, or what it is inside of that.
    """
    try:
        return parsed(content.decode("utf-8"), _LIMITS)
    except UnicodeDecodeError as error:
        raise InvalidRequest(field, Problem.MALFORMED, "not in UTF-8") from error
    except ValidationFailed as error:
        raise _refusal(error.problems[0], field) from error


def _refusal(problem: FieldProblem, field: str) -> InvalidRequest:
    if problem.problem is Problem.MALFORMED:
        return InvalidRequest(field, Problem.MALFORMED, str(problem))
    return InvalidRequest(problem.at(field).field, problem.problem)


async def read_body(request: web.Request, *, limit: int = BODY_LIMIT) -> bytes:
    """Return a request's body.

    Raises:
        PayloadTooLarge: If it has more than *limit* bytes.
        UploadTimeout: If it is not complete after `BODY_SECONDS`.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _whole(request, limit)
    except TimeoutError:
        raise UploadTimeout(details=_BODY) from None


async def _whole(request: web.Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise PayloadTooLarge(details={**_BODY, "limit_bytes": limit})
    return bytes(body)


async def body_of(request: web.Request, kind: type[T]) -> T:
    """Return the body of a request as a *kind*, a frozen attrs class with JSON's types.

    Raises:
        ValidationFailed: Naming every field that is missing, unknown or of another type.
        InvalidRequest, PayloadTooLarge, UnsupportedMediaType, UploadTimeout: As `read_json`.
    """
    return structured(await read_json(request), kind)
