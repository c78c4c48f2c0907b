"""A connection, and what it has prepared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiopg
import psycopg2
from attrs import define, field

from .session import Row, fetch
from .statements import Statement


@define(eq=False)
class Link:
    """A connection, and what it has prepared."""

    connection: aiopg.Connection
    _names: dict[Statement, str] = field(factory=dict, init=False)

    async def rows(
        self, statement: Statement, parameters: Mapping[str, Any], *, after: str = ""
    ) -> list[Row]:
        """Run *statement*, in one transaction with *after*, and return its rows."""
        text = statement.text
        if statement.is_prepared:
            text = statement.execution(await self._name(statement))
        try:
            return await fetch(self.connection, after + text, parameters)
        except psycopg2.NotSupportedError:  # a column has another type than when it was prepared
            self.connection.close()
            raise

    async def _name(self, statement: Statement) -> str:
        """Return the name of a statement, prepared before in a transaction of its own.

        If that is cut short, nobody knows whether it was done; the connection is not used again.
        """
        if statement not in self._names:
            name = f"statement_{len(self._names)}"
            await fetch(self.connection, *statement.preparation(name))
            self._names[statement] = name
        return self._names[statement]
