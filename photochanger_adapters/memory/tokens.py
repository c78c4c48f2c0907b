"""Tokens that are remembered, not signed."""

from __future__ import annotations

from attrs import define, evolve, field

from photochanger_core.domain.errors import Unauthorized
from photochanger_core.ports.tokens import Claims, TokensPort


@define
class MemoryTokens(TokensPort):
    """Tokens that are remembered, not signed: `token-1` and so on."""

    _issued: dict[str, Claims] = field(factory=dict, init=False)

    def issue(self, claims: Claims) -> str:
        token = f"token-{len(self._issued) + 1}"
        self._issued[token] = evolve(
            claims,
            scopes=frozenset(claims.scopes),
            issued_at=claims.issued_at.replace(microsecond=0),
            expires_at=claims.expires_at.replace(microsecond=0),
        )
        return token

    def read(self, token: str) -> Claims:
        try:
            return self._issued[token]
        except KeyError:
            raise Unauthorized from None
