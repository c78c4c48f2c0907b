"""What happens to every request and every answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final, TypeVar

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from photochanger_core.domain.errors import CoreError, in_short
from photochanger_core.domain.events import BugPlace

from .compression import compress
from .correlation import HEADER, correlation_id
from .host import check_host
from .keys import DRAINING, REFUSAL, USE_CASES, USUAL_REFUSAL

log: Final = structlog.stdlib.get_logger("photochanger.web")


Response = TypeVar("Response", bound=web.StreamResponse | None)


@web.middleware
async def answering(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into answers, and write one line of log for each request."""
    response = await answered(request, handler)
    compress(request, response)
    return response


async def answered(
    request: web.Request, work: Callable[[web.Request], Awaitable[Response]]
) -> Response | web.Response:
    """Do *work* for *request*, turn its errors into answers, and log whatever is answered."""
    structlog.contextvars.bind_contextvars(correlation_id=correlation_id(request))
    began = asyncio.get_running_loop().time()
    response: Response | web.Response
    reason = None
    with request.app[DRAINING].under_way():
        try:
            check_host(request)
            response = await work(request)
        except ConnectionError:
            raise  # the caller has left
        except Exception as error:
            response, reason = await _refuse(request, error), in_short(error)
    if response is not None:
        _log(request, response, asyncio.get_running_loop().time() - began, reason)
    return response


async def _refuse(request: web.Request, error: Exception) -> web.Response:
    _report_bug(request, error)
    if request.writer.output_size > 0:
        raise ConnectionResetError("an answer had begun and cannot be finished") from error
    usual = request.app[USUAL_REFUSAL]
    try:
        refusal = request.get(REFUSAL) or usual
        return await refusal(error, request)
    except Exception as another:
        _report_bug(request, another)
        return await usual(another, request)


def _report_bug(request: web.Request, error: Exception) -> None:
    if not isinstance(error, CoreError | web.HTTPException):
        log.error("bug", exc_info=error)
        request.app[USE_CASES].tell_bug(BugPlace.REQUEST)


def _log(
    request: web.Request, response: web.StreamResponse, seconds: float, reason: str | None
) -> None:
    resource = request.match_info.route.resource
    say = log.warning if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR else log.info
    say(
        "request",
        method=request.method,
        route=resource.canonical if resource else None,
        status=response.status,
        seconds=round(seconds, 3),
        reason=reason,
    )


async def on_prepare(request: web.Request, response: web.StreamResponse) -> None:
    """Set the headers that every answer has, as aiohttp's signal."""
    set_headers(request, response)


def set_headers(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Set the headers that every answer has."""
    response.headers["Server"] = "PhotoChanger"
    response.headers[HEADER] = correlation_id(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
