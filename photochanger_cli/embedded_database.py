"""Opening the built-in database. Whoever has another does without what is imported here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from photochanger_adapters.postgres.embedded.server import (
    PATIENCE,
    EmbeddedPostgresError,
    embedded_postgres,
)

from .failures import CommandFailed
from .locale import phrase
from .system_errors import why


@asynccontextmanager
async def embedded_database(folder: Path, *, patience: float | None) -> AsyncIterator[str]:
    """Yield the connection string of the database in *folder*, which runs meanwhile.

    Args:
        folder: Where it is kept.
        patience: Seconds until one that does not answer is given up; None: as many as it may need.

    Raises:
        CommandFailed: If it cannot be used.
    """
    seconds = PATIENCE if patience is None else patience
    try:
        async with embedded_postgres(folder, patience=seconds) as dsn:
            yield dsn
    except EmbeddedPostgresError as error:
        raise CommandFailed(_why_not(error)) from error


def _why_not(error: EmbeddedPostgresError) -> str:
    if isinstance(error.__cause__, OSError):
        where, reason = error.__cause__.filename, why(error.__cause__)
        return phrase("database.folder", path=where, why=reason)
    return phrase("database.embedded", why=error)
