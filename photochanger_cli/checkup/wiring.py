"""What a checkup needs, opened so that nothing is made or changed that is not there."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from photochanger_adapters.filesystem.disk import FileDisk
from photochanger_adapters.filesystem.health import FileHealth
from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.filesystem.object_store import FileObjectStore
from photochanger_adapters.images.images import VipsImages
from photochanger_adapters.memory.database import MemoryDatabase
from photochanger_adapters.postgres.database import PgDatabase
from photochanger_adapters.postgres.job_list import PgJobList
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.provider_keys import PgProviderKeys
from photochanger_adapters.postgres.result_repo import PgResultRepo
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.postgres.stats import PgStatsRepo
from photochanger_adapters.security.account_repo import FileAccountRepo
from photochanger_adapters.security.seals import FernetSeals, new_secret_key
from photochanger_adapters.system.clock import SystemClock
from photochanger_adapters.system.runs import TaskRuns
from photochanger_cli.failures import CommandFailed
from photochanger_cli.secret_keys import secret_keys
from photochanger_cli.settings import ServerSettings
from photochanger_cli.wiring import open_database, open_gateway, open_providers, provider_link
from photochanger_core.assembly.checkup import Checkup, CheckupPorts
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.database import DatabasePort
from photochanger_core.use_cases.find_key import FindKey

from .addresses import is_public_url
from .configuration import Configuration

_PATIENCE: Final = 4.0
"""Seconds for the built-in database to start, if no server runs."""

_KEYS_SECONDS: Final = 1.0

_ID_BYTES: Final = 16


@asynccontextmanager
async def open_checkup(configuration: Configuration) -> AsyncIterator[Checkup]:
    """Open what *configuration* names, as far as it is there, and close it again.

    Nothing is asked of a database before it is examined, no folder and no secret is made.
    """
    settings, clock, runs = configuration.settings, SystemClock(), TaskRuns()
    async with AsyncExitStack() as stack:
        database, dsn = await _open_database(stack, configuration, clock)
        gateway = await open_gateway(stack, settings, dsn)
        seals = FernetSeals(await _keys(settings))
        find_key = FindKey(keys=PgProviderKeys(gateway), seals=seals, environment=settings.api_keys)
        providers = await open_providers(stack, settings, find_key)
        images = await stack.enter_async_context(VipsImages())
        stack.push_async_callback(runs.close)
        yield Checkup(
            CheckupPorts(
                database=database,
                disk=FileDisk(settings.media_root),
                media_health=FileHealth(settings.media_root),
                slots=PgSlotRepo(gateway),
                settings=PgSettingsRepo(gateway),
                results=PgResultRepo(gateway),
                job_list=PgJobList(gateway),
                stats=PgStatsRepo(gateway),
                media=FileMediaStore(settings.media_root),
                media_rows=PgMediaRepo(gateway),
                media_objects=FileObjectStore(settings.media_root),
                images=images,
                providers=providers,
                accounts=FileAccountRepo(settings.credentials_file),
                clock=clock,
                runs=runs,
                new_media_id=lambda: MediaId(secrets.token_hex(_ID_BYTES)),
                new_key=lambda: secrets.token_urlsafe(_ID_BYTES),
                is_public=is_public_url(settings.public_base_url),
                has_public_address=provider_link(settings) is not None,
            )
        )


async def _open_database(
    stack: AsyncExitStack, configuration: Configuration, clock: ClockPort
) -> tuple[DatabasePort, str]:
    """Return the database and its connection string; one that is away says why."""
    why = _nowhere(configuration.settings, configuration.wrong)
    if why is None:
        try:
            opened = open_database(configuration.settings, patience=_PATIENCE)
            dsn = await stack.enter_async_context(opened)
        except CommandFailed as error:
            why = str(error)
        else:
            return PgDatabase(dsn), dsn
    return MemoryDatabase(clock=clock, failing=QueueUnavailable(why)), ""


def _nowhere(settings: ServerSettings, wrong: Collection[str]) -> str | None:
    """Return why there is no database to look at, if there is none."""
    if "DATABASE_URL" in wrong:
        return "DATABASE_URL is wrong"
    folder = settings.data_dir / "postgres"
    if settings.database_url is None and not folder.is_dir():
        return f"there is none in {folder} yet: photochanger serve makes it"
    return None


async def _keys(settings: ServerSettings) -> tuple[str, ...]:
    """Return the secret keys. What is not there, broken, or on a disk that hangs, opens nothing.

    The look at files with secrets tells of that.
    """
    try:
        async with asyncio.timeout(_KEYS_SECONDS):
            return await asyncio.to_thread(_kept_keys, settings)
    except (TimeoutError, CommandFailed):
        return (new_secret_key(),)


def _kept_keys(settings: ServerSettings) -> tuple[str, ...]:
    is_there = (settings.data_dir / "secrets" / "secret_keys").is_file()
    return secret_keys(settings) if settings.secret_keys or is_there else (new_secret_key(),)
