"""Ended tokens in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import frozen
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from photochanger_core.ports.revoked_tokens import RevokedTokensPort

from .columns import CODE, MOMENT
from .gateway import Gateway
from .statements import Statement, given
from .tables import REVOKED_TOKENS

_REVOKE: Final = Statement.of(
    insert(REVOKED_TOKENS)
    .values(token_id=given("token_id", CODE), expires_at=given("expires_at", MOMENT))
    .on_conflict_do_nothing()
)
_FIND: Final = Statement.of(
    select(REVOKED_TOKENS.c.token_id).where(REVOKED_TOKENS.c.token_id == given("token_id", CODE))
)
_PURGE: Final = Statement.of(
    delete(REVOKED_TOKENS).where(REVOKED_TOKENS.c.expires_at <= given("now", MOMENT))
)


@frozen
class PgRevokedTokens(RevokedTokensPort):
    """Ended tokens in `revoked_token`."""

    _gateway: Gateway

    async def revoke(self, token_id: str, expires_at: datetime) -> None:
        await self._gateway.rows(_REVOKE, token_id=token_id, expires_at=expires_at)

    async def is_revoked(self, token_id: str) -> bool:
        return bool(await self._gateway.rows(_FIND, token_id=token_id))

    async def purge(self, now: datetime) -> None:
        await self._gateway.rows(_PURGE, now=now)
