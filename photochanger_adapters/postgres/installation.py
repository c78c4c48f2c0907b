"""The id that a database was given when its tables were made."""

from __future__ import annotations

from typing import Final

from attrs import frozen
from sqlalchemy import select

from photochanger_core.ports.installation import InstallationPort

from .gateway import Gateway
from .statements import Statement
from .tables import INSTALLATION

_ID: Final = Statement.of(select(INSTALLATION.c.id))


@frozen
class PgInstallation(InstallationPort):
    """The one row of `installation`."""

    _gateway: Gateway

    async def id(self) -> str:
        [row] = await self._gateway.rows(_ID)
        return str(row["id"])
