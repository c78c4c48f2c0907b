"""What the status of an answer without a picture means, where nothing else says it. No I/O here."""

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
"""What a wrong key, model, parameter or base URL of ours is answered with."""

_USED_UP: Final = frozenset({HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.TOO_MANY_REQUESTS})


def kind_of(status: int) -> type[ProviderFailure]:
    """Return the failure that *status* stands for."""
    if status in _USED_UP:
        return ProviderQuota
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderServerError
    return ProviderMisconfigured if status in _OURS else ProviderBadResponse
