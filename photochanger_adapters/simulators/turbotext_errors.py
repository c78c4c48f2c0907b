"""The errors of the Turbotext API. It documents none; this is the shape seen in its answers."""

from __future__ import annotations

import json
from http import HTTPStatus

from .api_error import ApiError


class TurbotextError(ApiError):
    """The service refuses, or is broken."""

    def body(self) -> bytes:
        return json.dumps({"success": False, "error": self.message}).encode()


def refused(message: str) -> TurbotextError:
    """Return the error for a request that breaks a rule: it comes with status 200."""
    return TurbotextError(HTTPStatus.OK, message)


def bad_key() -> TurbotextError:
    """Return the error for a request without the right key."""
    return TurbotextError(HTTPStatus.UNAUTHORIZED, "Unauthorized")


def no_method(method: str) -> TurbotextError:
    """Return the error for a method that the account does not have."""
    return TurbotextError(HTTPStatus.NOT_FOUND, f"Method {method} not found")


def too_large(limit: int) -> TurbotextError:
    """Return the error for a body of more than *limit* bytes."""
    return TurbotextError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"More than {limit} bytes")
