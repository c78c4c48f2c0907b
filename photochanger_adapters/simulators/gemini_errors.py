"""The errors of the Gemini API, in its own words and shape (google.rpc.Status)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from .api_error import ApiError

BODY_LIMIT: Final = 20 * 1024 * 1024
"""Bytes of a request's body that are accepted: 20 MiB."""

_TYPES: Final = "type.googleapis.com/google.rpc."

Detail = Mapping[str, object]


class GeminiError(ApiError):
    """The service refuses, or is broken.

    Args:
        status: HTTP status.
        name: Its name in google.rpc.Code.
        message: What is wrong.
        details: The typed details that go along.
    """

    def __init__(
        self, status: HTTPStatus, name: str, message: str, details: Sequence[Detail] = ()
    ) -> None:
        super().__init__(status, message)
        self._error: dict[str, object] = {"code": int(status), "message": message, "status": name}
        if details:
            self._error["details"] = list(details)

    def body(self, *, in_array: bool = False) -> bytes:
        """Return the JSON; some front ends of the real service wrap it in an array."""
        document = {"error": self._error}
        return json.dumps([document] if in_array else document, indent=2).encode()


def invalid(message: str, *, field: str | None = None) -> GeminiError:
    """Return the error for a request that breaks a rule, at *field* if it can be named."""
    if field is None:
        return GeminiError(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", message)
    violation = {"field": field, "description": message} if field else {"description": message}
    detail = {"@type": _TYPES + "BadRequest", "fieldViolations": [violation]}
    return GeminiError(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", message, [detail])


def bad_key() -> GeminiError:
    """Return the error for a wrong key: 400, not 401."""
    message = "API key not valid. Please pass a valid API key."
    info = {
        "@type": _TYPES + "ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    localized = {"@type": _TYPES + "LocalizedMessage", "locale": "en-US", "message": message}
    return GeminiError(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", message, [info, localized])


def no_key() -> GeminiError:
    """Return the error for a request without any key."""
    return GeminiError(
        HTTPStatus.FORBIDDEN,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def no_model(model: str) -> GeminiError:
    """Return the error for a model that is gone or never was."""
    return GeminiError(
        HTTPStatus.NOT_FOUND,
        "NOT_FOUND",
        f"models/{model} is not found for API version v1beta, or is not supported for "
        "generateContent. Call ListModels to see the list of available models and their "
        "supported methods.",
    )


def too_large() -> GeminiError:
    """Return the error for a body over the limit."""
    return invalid(f"Request payload size exceeds the limit: {BODY_LIMIT} bytes.")


def bad_picture() -> GeminiError:
    """Return the error for a picture that is not what it says, or cannot be decoded."""
    return invalid(
        "Unable to process input image. Please retry or report in "
        "https://developers.generativeai.google/guide/troubleshooting"
    )


def exhausted() -> GeminiError:
    """Return the error for a quota that is used up, with the wait the service asks for."""
    quota = {
        "@type": _TYPES + "QuotaFailure",
        "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}],
    }
    retry = {"@type": _TYPES + "RetryInfo", "retryDelay": "10.970611001s"}
    message = "You exceeded your current quota, please check your plan and billing details."
    return GeminiError(HTTPStatus.TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", message, [quota, retry])


BROKEN: Final[Mapping[str, GeminiError]] = {
    "http_400": invalid("Request contains an invalid argument."),
    "http_403": GeminiError(
        HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", "The caller does not have permission"
    ),
    "http_404": no_model("gemini-simulated"),
    "http_429": exhausted(),
    "http_500": GeminiError(
        HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL", "An internal error has occurred."
    ),
    "http_503": GeminiError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
        "The model is overloaded. Please try again later.",
    ),
    "http_504": GeminiError(
        HTTPStatus.GATEWAY_TIMEOUT,
        "DEADLINE_EXCEEDED",
        "The request timed out. Please try again.",
    ),
}
"""Errors that come on request, by the name of the fault."""
