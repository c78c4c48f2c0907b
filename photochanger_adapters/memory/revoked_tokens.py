"""Ended tokens in a dict."""

from __future__ import annotations

from datetime import datetime

from attrs import define, field

from photochanger_core.ports.revoked_tokens import RevokedTokensPort

from .storable import storable


@define
class MemoryRevokedTokens(RevokedTokensPort):
    """Ended tokens in a dict."""

    _expiries: dict[str, datetime] = field(factory=dict, init=False)

    async def revoke(self, token_id: str, expires_at: datetime) -> None:
        self._expiries.setdefault(storable(token_id), expires_at)

    async def is_revoked(self, token_id: str) -> bool:
        return storable(token_id) in self._expiries

    async def purge(self, now: datetime) -> None:
        self._expiries = {one: at for one, at in self._expiries.items() if at > now}
