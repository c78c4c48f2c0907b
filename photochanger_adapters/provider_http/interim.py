"""Answers before the answer (1xx), of which a server may send as many as it likes."""

from __future__ import annotations

from typing import Any, Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError

MAX_INTERIM: Final = 16
"""Interim answers that are read; aiohttp reads them without end, and lets nobody else run."""


class PatientResponse(aiohttp.ClientResponse):
    """An answer that is waited for through `MAX_INTERIM` interim ones at most."""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Read the head of the answer, as aiohttp calls it.

        Raises:
            ClientResponseError: If too many interim answers come before it.
        """
        counted: Any = _CountedConnection(connection)
        await super().start(counted)
        self._connection, self._protocol = connection, connection.protocol
        return self


class _CountedConnection:
    """A connection whose protocol hands out so many messages and no more."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.protocol = None if connection.protocol is None else _Counted(connection.protocol)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a connection has
        return getattr(self._connection, name)


class _Counted:
    def __init__(self, protocol: ResponseHandler) -> None:
        self._protocol = protocol
        self._left = MAX_INTERIM + 1

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a protocol has
        return getattr(self._protocol, name)

    async def read(self) -> Any:  # noqa: ANN401 - as the protocol has it
        if not self._left:
            raise HttpProcessingError(code=502, message="interim answers without end")
        self._left -= 1
        return await self._protocol.read()
