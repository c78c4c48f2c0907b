"""Ended tokens in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import frozen
from sqlalchemy import Integer, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from photochanger_core.ports.revoked_tokens import RevokedTokensPort
from photochanger_core.ports.tokens import Claims

from .columns import CODE, MOMENT
from .gateway import Gateway
from .statements import Statement, given
from .tables import REVOKED_TOKENS, TOKEN_GENERATIONS

_REVOKE: Final = Statement.of(
    insert(REVOKED_TOKENS)
    .values(token_id=given("token_id", CODE), expires_at=given("expires_at", MOMENT))
    .on_conflict_do_nothing()
)
_GENERATIONS: Final = TOKEN_GENERATIONS.c
_REVOKE_ALL: Final = Statement.of(
    insert(TOKEN_GENERATIONS)
    .values(account=given("account", CODE), generation=1)
    .on_conflict_do_update(
        index_elements=[_GENERATIONS.account], set_={"generation": _GENERATIONS.generation + 1}
    )
)
_CURRENT: Final = func.coalesce(
    select(_GENERATIONS.generation)
    .where(_GENERATIONS.account == given("account", CODE))
    .scalar_subquery(),
    0,
)
_GENERATION: Final = Statement.of(select(_CURRENT.label("generation")))
_ENDED_ALONE: Final = (
    select(REVOKED_TOKENS.c.token_id)
    .where(REVOKED_TOKENS.c.token_id == given("token_id", CODE))
    .exists()
)
_IS_REVOKED: Final = Statement.of(
    select(or_(given("generation", Integer()) != _CURRENT, _ENDED_ALONE).label("is_revoked"))
)
_PURGE: Final = Statement.of(
    delete(REVOKED_TOKENS).where(REVOKED_TOKENS.c.expires_at <= given("now", MOMENT))
)


@frozen
class PgRevokedTokens(RevokedTokensPort):
    """Ended tokens in `revoked_token`, and generations in `token_generation`."""

    _gateway: Gateway

    async def revoke(self, token_id: str, expires_at: datetime) -> None:
        await self._gateway.rows(_REVOKE, token_id=token_id, expires_at=expires_at)

    async def revoke_all(self, account: str) -> None:
        await self._gateway.rows(_REVOKE_ALL, account=account)

    async def generation(self, account: str) -> int:
        [row] = await self._gateway.rows(_GENERATION, account=account)
        return int(row["generation"])

    async def is_revoked(self, claims: Claims) -> bool:
        [row] = await self._gateway.rows(
            _IS_REVOKED,
            account=claims.account,
            generation=claims.generation,
            token_id=claims.token_id,
        )
        return bool(row["is_revoked"])

    async def purge(self, now: datetime) -> None:
        await self._gateway.rows(_PURGE, now=now)
