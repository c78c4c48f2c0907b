"""The one place where errors become HTTP."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import CoreError, FailureReason, ValidationFailed, reason_of

from .correlation import correlation_id
from .field_problems import problems_json
from .locale import SITE_LANGUAGE, has_text, language_of, text
from .moments import rfc3339

STATUS: Final[Mapping[FailureReason, HTTPStatus]] = {
    FailureReason.INVALID_REQUEST: HTTPStatus.BAD_REQUEST,
    FailureReason.HASH_MISMATCH: HTTPStatus.BAD_REQUEST,
    FailureReason.VALIDATION_FAILED: HTTPStatus.UNPROCESSABLE_ENTITY,
    FailureReason.INVALID_PASSWORD: HTTPStatus.UNAUTHORIZED,
    FailureReason.SLOT_NOT_FOUND: HTTPStatus.NOT_FOUND,
    FailureReason.SLOT_DISABLED: HTTPStatus.NOT_FOUND,
    FailureReason.JOB_NOT_FOUND: HTTPStatus.NOT_FOUND,
    FailureReason.RESULT_NOT_FOUND: HTTPStatus.NOT_FOUND,
    FailureReason.RESULT_EXPIRED: HTTPStatus.GONE,
    FailureReason.NOT_FOUND: HTTPStatus.NOT_FOUND,
    FailureReason.MEDIA_EXPIRED: HTTPStatus.GONE,
    FailureReason.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    FailureReason.FORBIDDEN: HTTPStatus.FORBIDDEN,
    FailureReason.IN_USE: HTTPStatus.CONFLICT,
    FailureReason.UPLOAD_TIMEOUT: HTTPStatus.REQUEST_TIMEOUT,
    FailureReason.PAYLOAD_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    FailureReason.UNSUPPORTED_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    FailureReason.VERSION_CONFLICT: HTTPStatus.CONFLICT,
    FailureReason.IDEMPOTENCY_KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    FailureReason.QUEUE_BUSY: HTTPStatus.TOO_MANY_REQUESTS,
    FailureReason.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    FailureReason.THROTTLED: HTTPStatus.TOO_MANY_REQUESTS,
    FailureReason.TIMEOUT: HTTPStatus.GATEWAY_TIMEOUT,
    FailureReason.JOB_CANCELLED: HTTPStatus.SERVICE_UNAVAILABLE,
    FailureReason.INTERRUPTED: HTTPStatus.SERVICE_UNAVAILABLE,
    FailureReason.PROVIDER_5XX: HTTPStatus.SERVICE_UNAVAILABLE,
    FailureReason.BAD_RESPONSE: HTTPStatus.BAD_GATEWAY,
    FailureReason.QUOTA: HTTPStatus.SERVICE_UNAVAILABLE,
    FailureReason.NETWORK: HTTPStatus.SERVICE_UNAVAILABLE,
    FailureReason.REFUSED: HTTPStatus.BAD_GATEWAY,
    FailureReason.MISCONFIGURED: HTTPStatus.BAD_GATEWAY,
    FailureReason.QUEUE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    FailureReason.STORAGE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    FailureReason.STORAGE_FULL: HTTPStatus.INSUFFICIENT_STORAGE,
    FailureReason.SHUTTING_DOWN: HTTPStatus.SERVICE_UNAVAILABLE,
    FailureReason.INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Every reason and its status."""

_CODE: Final[Mapping[FailureReason, str]] = {
    FailureReason.TIMEOUT: "sync_timeout",
    FailureReason.PROVIDER_5XX: "provider_error",
    FailureReason.BAD_RESPONSE: "provider_error",
    FailureReason.QUOTA: "provider_error",
    FailureReason.NETWORK: "provider_error",
    FailureReason.REFUSED: "provider_error",
    FailureReason.MISCONFIGURED: "provider_error",
}
"""Where `error.code` is not the reason itself."""

_HTTP_CODE: Final[Mapping[int, str]] = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "payload_too_large",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "range_not_satisfiable",
    HTTPStatus.EXPECTATION_FAILED: "expectation_failed",
}
"""What aiohttp refuses by itself."""

_PASSED_ON: Final = ("Allow", "Content-Range")
"""Headers of aiohttp's refusals that callers need."""

_MAY_HELP_LATER: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

_RETRY_AFTER_SECONDS: Final = 5
"""For 429 and 503 when nobody knows better."""


def error_response(error: BaseException, request: web.BaseRequest) -> web.Response:
    """Return what a caller is told of *error*; of bugs no more than that there was one."""
    if isinstance(error, web.HTTPException):
        return _http_error(error, request)
    reason = reason_of(error)
    known = error if isinstance(error, CoreError) else CoreError()
    return _response(
        request,
        status=STATUS[reason],
        reason=reason,
        code=_CODE.get(reason, reason),
        details=_details(known, request),
        retry_after=known.retry_after,
    )


def _details(error: CoreError, request: web.BaseRequest) -> Mapping[str, object]:
    if isinstance(error, ValidationFailed):
        return {"errors": problems_json(_language(request), error.problems)}
    return error.details


def _http_error(error: web.HTTPException, request: web.BaseRequest) -> web.Response:
    code = http_code(error)
    response = _response(request, status=error.status, reason=code, code=code)
    response.headers.update(http_headers(error))
    return response


def http_code(error: web.HTTPException) -> str:
    """Return the code of what aiohttp refuses by itself."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        fallback = FailureReason.INTERNAL_ERROR
    else:
        fallback = FailureReason.INVALID_REQUEST
    return _HTTP_CODE.get(error.status, fallback.value)


def http_headers(error: web.HTTPException) -> Mapping[str, str]:
    """Return what callers need of the headers of such an error."""
    return {name: error.headers[name] for name in _PASSED_ON if name in error.headers}


def error_text(error: BaseException, language: str) -> str:
    """Return the sentence that people are told of *error* in *language*."""
    details = error.details if isinstance(error, CoreError) else {}
    return _sentence(language, reason_of(error), details)


def retry_headers(error: BaseException) -> Mapping[str, str]:
    """Return what says when to try again, if that may help."""
    if STATUS[reason_of(error)] not in _MAY_HELP_LATER:
        return {}
    return {"Retry-After": _whole_seconds(getattr(error, "retry_after", None))}


def malformed(status: int, request: web.BaseRequest) -> web.Response:
    """Return what a caller is told whose request is no HTTP."""
    code = _HTTP_CODE.get(status, FailureReason.INVALID_REQUEST.value)
    details = {"field": "HTTP", "problem": "malformed"}
    return _response(request, status=status, reason=code, code=code, details=details)


def _response(
    request: web.BaseRequest,
    *,
    status: int,
    reason: str,
    code: str,
    details: Mapping[str, object] | None = None,
    retry_after: float | None = None,
) -> web.Response:
    details = details or {}
    body = {
        "status": "timeout" if status == HTTPStatus.GATEWAY_TIMEOUT else "error",
        "failure_reason": reason,
        "error": {
            "code": code,
            "message": _sentence(_language(request), reason, details),
            "details": details,
            "correlation_id": correlation_id(request),
        },
    }
    response = web.json_response(body, status=status, dumps=_dumps)
    if status in _MAY_HELP_LATER:
        response.headers["Retry-After"] = _whole_seconds(retry_after)
    return response


def _whole_seconds(retry_after: float | None) -> str:
    seconds = _RETRY_AFTER_SECONDS if retry_after is None else retry_after
    return str(max(1, math.ceil(seconds)))


def _sentence(language: str, reason: str, details: Mapping[str, object]) -> str:
    problem = f"problem.{details.get('problem', 'malformed')}"
    if has_text(language, particular := f"{reason}.{details.get('problem')}"):
        reason = particular
    return text(language, reason, {**details, "problem_text": text(language, problem, {})})


def _language(request: web.BaseRequest) -> str:
    return language_of(
        request.headers.get("Accept-Language"),
        default="en" if "/ingest/" in request.path else SITE_LANGUAGE,
    )


def _dumps(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"cannot be told: {type(value)}")
