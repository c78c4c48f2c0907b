"""What PostgreSQL says of itself."""

from __future__ import annotations

import asyncio
from typing import Final

from attrs import field, frozen
from sqlalchemy import Integer, cast, func, select

from photochanger_core.ports.database import DatabaseFacts, DatabasePort

from .migrate import migrations, version_of
from .session import session
from .statements import Statement

_OLDEST: Final = 14_00_00
"""`date_bin` and `client_connection_check_interval` came with PostgreSQL 14."""

_SECONDS: Final = 5.0

_FACTS: Final = Statement.of(
    select(
        func.current_setting("server_version").label("release"),
        cast(func.current_setting("server_version_num"), Integer).label("number"),
        func.clock_timestamp().label("now"),
    )
)


@frozen
class PgDatabase(DatabasePort):
    """What the PostgreSQL at a connection string says of itself, on a connection of its own."""

    _dsn: str = field(repr=False)

    async def facts(self) -> DatabaseFacts:
        newest = len(await asyncio.to_thread(migrations))
        async with session(self._dsn, seconds=_SECONDS) as database:
            tables = await version_of(database)
            [row] = await database.run(_FACTS.text, _FACTS.parameters({}))
        return DatabaseFacts(
            release=row["release"].split()[0],
            is_supported=row["number"] >= _OLDEST,
            tables=tables,
            newest_tables=newest,
            now=row["now"],
        )
