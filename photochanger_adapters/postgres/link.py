"""A connection, and what it has prepared."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

import aiopg
from attrs import define, field
from psycopg2.errors import FeatureNotSupported

from .session import Row, fetch
from .statements import Statement

_KEPT_SECONDS: Final = 600.0
"""A plan made while a table was small reads all of it, until PostgreSQL gathers statistics or the
connection is closed. In ten minutes of 17 photos a second admission comes to take 5 ms in place of
1; another connection with all of its plans takes 25 ms, once."""


def _now() -> float:
    return asyncio.get_running_loop().time()


@define(eq=False)
class Link:
    """A connection, and what it has prepared."""

    connection: aiopg.Connection
    _names: dict[Statement, str] = field(factory=dict, init=False)
    _numbers: Iterator[int] = field(factory=count, init=False)
    _opened_at: float = field(factory=_now, init=False)

    @property
    def is_old(self) -> bool:
        """Whether its plans may be of another time."""
        return _now() >= self._opened_at + _KEPT_SECONDS

    async def rows(
        self, statement: Statement, parameters: Mapping[str, Any], *, after: str = ""
    ) -> list[Row]:
        """Run *statement*, in one transaction with *after*, and return its rows."""
        if not statement.is_prepared:
            return await fetch(self.connection, after + statement.text, parameters)
        try:
            return await self._execute(statement, parameters, after)
        except FeatureNotSupported:  # a column has another type than when it was prepared
            self._names.pop(statement, None)
            return await self._execute(statement, parameters, after)

    async def _execute(
        self, statement: Statement, parameters: Mapping[str, Any], after: str
    ) -> list[Row]:
        text = statement.execution(await self._name(statement))
        return await fetch(self.connection, after + text, parameters)

    async def _name(self, statement: Statement) -> str:
        """Return the name of a statement, prepared before in a transaction of its own.

        If that is cut short, nobody knows whether it was done; the connection is not used again.
        """
        if statement not in self._names:
            name = f"statement_{next(self._numbers)}"
            await fetch(self.connection, *statement.preparation(name))
            self._names[statement] = name
        return self._names[statement]
