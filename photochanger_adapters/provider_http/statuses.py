"""What a status other than 200 says by itself, whoever the provider is (RFC 9110, 15)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderServerError,
)

_OURS: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    }
)
"""What a wrong key, model, method, parameter or base URL of ours is answered with."""

_USED_UP: Final = frozenset({HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.TOO_MANY_REQUESTS})


def kind_of(status: int) -> type[ProviderFailure]:
    """Return the kind of failure that an answer with *status*, which is not 200, stands for."""
    if status in _USED_UP:
        return ProviderQuota
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderServerError
    return ProviderMisconfigured if status in _OURS else ProviderBadResponse
