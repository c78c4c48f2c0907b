"""What a checkup needs, opened so that nothing is made or changed that is not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from attrs import frozen

from photochanger_adapters.filesystem.disk import FileDisk
from photochanger_adapters.filesystem.health import FileHealth
from photochanger_adapters.filesystem.media_mark import FileMediaMark
from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.filesystem.object_store import FileObjectStore
from photochanger_adapters.images.images import VipsImages
from photochanger_adapters.postgres.database import PgDatabase
from photochanger_adapters.postgres.installation import PgInstallation
from photochanger_adapters.postgres.job_list import PgJobList
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.provider_keys import PgProviderKeys
from photochanger_adapters.postgres.result_repo import PgResultRepo
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.postgres.stats import PgStatsRepo
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.security.account_repo import FileAccountRepo
from photochanger_adapters.security.seals import FernetSeals, new_secret_key
from photochanger_adapters.system.all_events import AllEvents
from photochanger_adapters.system.clock import SystemClock
from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly.checkup import Checkup, CheckupPorts
from photochanger_core.domain.checkup import Finding
from photochanger_core.use_cases.find_key import FindKey

from .checkup.addresses import ExamineAddresses, is_public_url
from .checkup.configuration import Configuration
from .checkup.no_database import no_database, not_opened
from .database_wiring import open_database, open_gateway
from .failures import CommandFailed
from .kept_secrets import SECRET_KEYS, secrets_folder
from .secret_keys import secret_keys
from .settings import ServerSettings
from .wiring import (
    new_key,
    new_media_id,
    open_providers,
    provider_link,
)

_PATIENCE: Final = 4.0
"""Seconds for the built-in database to start, if no server runs."""

_KEYS_SECONDS: Final = 1.0


@frozen(kw_only=True)
class OpenCheckup:
    """What looks at the service, and at the addresses where it answers.

    Attributes:
        no_database: Why there is no database to look at, if there is none.
    """

    checkup: Checkup
    addresses: ExamineAddresses
    no_database: Finding | None


@asynccontextmanager
async def open_checkup(configuration: Configuration) -> AsyncIterator[OpenCheckup]:
    """Open what *configuration* names, as far as it is there, and close it again.

    Nothing is asked of a database before it is examined, no folder and no secret is made.
    """
    settings = configuration.settings
    async with AsyncExitStack() as stack:
        dsn, trouble = await _open_database(stack, configuration)
        ports = await _open_ports(stack, settings, dsn)
        session = await stack.enter_async_context(open_session())
        yield OpenCheckup(
            checkup=Checkup(ports),
            addresses=ExamineAddresses(settings=settings, session=session),
            no_database=trouble,
        )


async def _open_ports(stack: AsyncExitStack, settings: ServerSettings, dsn: str) -> CheckupPorts:
    gateway = await open_gateway(stack, settings, dsn)
    seals = FernetSeals(await _keys(settings))
    find_key = FindKey(keys=PgProviderKeys(gateway), seals=seals, environment=settings.api_keys)
    providers = await open_providers(stack, settings, find_key, AllEvents([]))
    images = await stack.enter_async_context(VipsImages())
    runs = TaskRuns()
    stack.push_async_callback(runs.close)
    return CheckupPorts(
        database=PgDatabase(dsn),
        disk=FileDisk(settings.media_root),
        media_health=FileHealth(settings.media_root),
        slots=PgSlotRepo(gateway),
        settings=PgSettingsRepo(gateway),
        results=PgResultRepo(gateway),
        job_list=PgJobList(gateway),
        stats=PgStatsRepo(gateway),
        jobs=PgJobRepo(gateway),
        installation=PgInstallation(gateway),
        media_mark=FileMediaMark(settings.media_root),
        media=FileMediaStore(settings.media_root),
        media_rows=PgMediaRepo(gateway),
        media_objects=FileObjectStore(settings.media_root),
        images=images,
        providers=providers,
        accounts=FileAccountRepo(settings.credentials_file),
        clock=SystemClock(),
        runs=runs,
        new_media_id=new_media_id,
        new_key=new_key,
        is_public=is_public_url(settings.public_base_url),
        has_public_address=provider_link(settings) is not None,
    )


async def _open_database(
    stack: AsyncExitStack, configuration: Configuration
) -> tuple[str, Finding | None]:
    """Return the connection string of the database, or why there is none."""
    settings = configuration.settings
    if trouble := no_database(settings, configuration.wrong):
        return "", trouble
    try:
        opened = open_database(settings, patience=_PATIENCE)
        return await stack.enter_async_context(opened), None
    except CommandFailed as error:
        return "", not_opened(settings, str(error))


async def _keys(settings: ServerSettings) -> tuple[str, ...]:
    """Return the secret keys, or one that opens nothing.

    They may not be there, be broken or closed to this user, or lie on a disk that hangs: the look
    at files with secrets tells of that.
    """
    try:
        async with asyncio.timeout(_KEYS_SECONDS):
            return await asyncio.to_thread(_kept_keys, settings)
    except (TimeoutError, CommandFailed, OSError):
        return (new_secret_key(),)


def _kept_keys(settings: ServerSettings) -> tuple[str, ...]:
    is_there = (secrets_folder(settings.data_dir) / SECRET_KEYS).is_file()
    return secret_keys(settings) if settings.secret_keys or is_there else (new_secret_key(),)
