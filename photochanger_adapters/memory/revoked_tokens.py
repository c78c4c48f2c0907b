"""Ended tokens in a dict."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from attrs import define, field

from photochanger_core.ports.revoked_tokens import RevokedTokensPort
from photochanger_core.ports.tokens import Claims

from .storable import storable


@define
class MemoryRevokedTokens(RevokedTokensPort):
    """Ended tokens in a dict."""

    _expiries: dict[str, datetime] = field(factory=dict, init=False)
    _generations: Counter[str] = field(factory=Counter, init=False)

    async def revoke(self, token_id: str, expires_at: datetime) -> None:
        self._expiries.setdefault(storable(token_id), expires_at)

    async def revoke_all(self, account: str) -> None:
        self._generations[storable(account)] += 1

    async def generation(self, account: str) -> int:
        return self._generations[storable(account)]

    async def is_revoked(self, claims: Claims) -> bool:
        is_old = claims.generation != self._generations[storable(claims.account)]
        return is_old or storable(claims.token_id) in self._expiries

    async def purge(self, now: datetime) -> None:
        self._expiries = {one: at for one, at in self._expiries.items() if at > now}
