"""Whether the database answers."""

from __future__ import annotations

from typing import Final

from attrs import frozen
from sqlalchemy import literal, select

from photochanger_core.ports.health import HealthPort

from .gateway import Gateway
from .statements import Statement

_PING: Final = Statement.of(select(literal(1)))


@frozen
class PgHealth(HealthPort):
    """Whether the database answers."""

    _gateway: Gateway

    @property
    def name(self) -> str:
        return "database"

    async def check(self) -> None:
        await self._gateway.rows(_PING)
