"""Tokens signed with HS256 (RFC 7519)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import jwt
from jwt.types import Options

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import Unauthorized
from photochanger_core.ports.tokens import Claims, TokensPort

from .signing_keys import check_keys

_ALGORITHM: Final = "HS256"
_MOST_CHARACTERS: Final = 4096
"""Of a token; ours have some 400."""

_GENERATION: Final = "gen"
"""A claim of our own; tokens of the first generation do without."""

_OPTIONS: Final[Options] = {
    "require": ["sub", "scopes", "jti", "iat", "exp"],
    "verify_exp": False,  # the core tells the time
    "verify_iat": False,
}


class JwtTokens(TokensPort):
    """Tokens signed with HS256, and no others.

    Args:
        keys: The first one signs, each verifies: so a key is replaced without logging anybody out.

    Raises:
        ValueError: If there is no key, or one is too short.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [key.encode() for key in keys]
        check_keys(self._keys)

    def issue(self, claims: Claims) -> str:
        said: dict[str, object] = {
            "sub": claims.account,
            "scopes": sorted(claims.scopes),
            "jti": claims.token_id,
            "iat": _seconds(claims.issued_at),
            "exp": _seconds(claims.expires_at),
        }
        if claims.generation:
            said[_GENERATION] = claims.generation
        return jwt.encode(said, self._keys[0], algorithm=_ALGORITHM)

    def read(self, token: str) -> Claims:
        if len(token) > _MOST_CHARACTERS:
            raise Unauthorized
        for key in self._keys:
            try:
                return _claims(jwt.decode(token, key, algorithms=[_ALGORITHM], options=_OPTIONS))
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
                break  # no token, or none of ours, by whichever key
        raise Unauthorized


def _seconds(moment: datetime) -> int:
    return int(moment.replace(microsecond=0).timestamp())


def _claims(said: Mapping[str, Any]) -> Claims:
    """Return what a token says that we have signed.

    Raises:
        TypeError, ValueError, OverflowError: If we would not say such a thing.
    """
    if not isinstance(said["scopes"], list):
        raise TypeError("scopes are no list")
    return Claims(
        token_id=said["jti"],
        account=said["sub"],
        scopes=frozenset(map(Scope, said["scopes"])),
        issued_at=_moment(said["iat"]),
        expires_at=_moment(said["exp"]),
        generation=_whole(said.get(_GENERATION, 0)),
    )


def _moment(seconds: object) -> datetime:
    return datetime.fromtimestamp(_whole(seconds), UTC)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("no whole number")
    return value
