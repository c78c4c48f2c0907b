"""What backups need, opened: less than a server, which would be in the way of restoring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from photochanger_adapters.filesystem.backup_mark import FileBackupMark
from photochanger_adapters.filesystem.media_mark import FileMediaMark
from photochanger_adapters.postgres import migrate
from photochanger_adapters.postgres.all_rows import PgAllRows
from photochanger_adapters.postgres.installation import PgInstallation
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.provider_keys import PgProviderKeys
from photochanger_adapters.security.account_repo import FileAccountRepo
from photochanger_adapters.security.seals import FernetSeals
from photochanger_adapters.system.clock import SystemClock
from photochanger_core.assembly.archives import ArchivePorts, Archives

from .database_wiring import open_database, open_gateway, prepare_database
from .secret_keys import secret_keys
from .settings import ServerSettings
from .wiring import open_media


@asynccontextmanager
async def open_archives(
    settings: ServerSettings, *, migrating: bool = False
) -> AsyncIterator[Archives]:
    """Open what *settings* name, and close it again.

    Pending migrations are applied to the embedded database, and if *migrating* to one that holds
    nothing yet.

    Raises:
        CommandFailed: If something is not what it must be.
        CoreError: If the database is away.
    """
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(open_database(settings))
        is_bare = migrating and await migrate.current(dsn) == 0
        await prepare_database(dsn, migrating=is_bare or settings.database_url is None)
        gateway = await open_gateway(stack, settings, dsn, shares_use=False)
        media, objects = await open_media(settings)
        yield Archives(
            ArchivePorts(
                rows=PgAllRows(dsn),
                jobs=PgJobRepo(gateway),
                installation=PgInstallation(gateway),
                media_mark=FileMediaMark(settings.media_root),
                backup_mark=FileBackupMark(settings.media_root),
                media=media,
                media_rows=PgMediaRepo(gateway),
                media_objects=objects,
                accounts=FileAccountRepo(settings.credentials_file),
                provider_keys=PgProviderKeys(gateway),
                seals=FernetSeals(await asyncio.to_thread(secret_keys, settings)),
                clock=SystemClock(),
            )
        )
