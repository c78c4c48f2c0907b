"""Opening the database: the built-in one, or another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from photochanger_adapters.postgres import migrate
from photochanger_adapters.postgres.connecting import parsed
from photochanger_adapters.postgres.gateway import CONNECTIONS, Gateway

from .failures import CommandFailed
from .locale import phrase
from .migration_errors import not_migrated
from .settings import ServerSettings, forget_libpq_settings


@asynccontextmanager
async def open_database(
    settings: ServerSettings, *, patience: float | None = None
) -> AsyncIterator[str]:
    """Yield the connection string of the database; the embedded one runs meanwhile.

    Args:
        settings: Where it is.
        patience: Seconds until an embedded one that does not answer is given up; None: as many as
            it may need.

    Raises:
        CommandFailed: If the embedded one cannot be used.
    """
    if settings.database_url is not None:
        yield _checked(settings.database_url)
        return
    forget_libpq_settings()
    # Not above: who has a database of his own does without half a MB.
    from .embedded_database import embedded_database  # noqa: PLC0415

    folder = settings.data_dir / "postgres"
    async with embedded_database(folder, patience=patience) as dsn:
        yield dsn


def _checked(database_url: str) -> str:
    try:
        parsed(database_url)
    except ValueError as error:
        raise CommandFailed(phrase("database.bad_url")) from error
    return database_url


async def prepare_database(dsn: str, *, migrating: bool) -> None:
    """Bring the database up to date if *migrating*, or else see that it is.

    Raises:
        CommandFailed: If it is not, or cannot be.
        CoreError: If it is away.
    """
    if not migrating:
        version, latest = await migrate.current(dsn), len(migrate.migrations())
        if version != latest:
            raise CommandFailed(phrase("database.not_upgraded", version=version, latest=latest))
        return
    try:
        await migrate.upgrade(dsn)
    except migrate.MigrationError as error:
        raise not_migrated(error) from error


async def open_gateway(
    stack: AsyncExitStack,
    settings: ServerSettings,
    dsn: str,
    *,
    size: int = CONNECTIONS,
    shares_use: bool = True,
) -> Gateway:
    """Return what runs statements in the database on *size* connections; closed with *stack*."""
    timeout_ms = settings.statement_timeout_ms
    gateway = Gateway(dsn=dsn, statement_timeout_ms=timeout_ms, size=size, shares_use=shares_use)
    return await stack.enter_async_context(gateway)
