"""The composition root: the only module that knows every adapter."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from typing import Final

from photochanger_adapters.filesystem.backup_mark import FileBackupMark
from photochanger_adapters.filesystem.disk import FileDisk
from photochanger_adapters.filesystem.health import FileHealth
from photochanger_adapters.filesystem.media_mark import FileMediaMark
from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.filesystem.object_store import FileObjectStore
from photochanger_adapters.filesystem.stray_files import FileStrayFiles
from photochanger_adapters.gemini.driver import GeminiProvider
from photochanger_adapters.images.images import VipsImages
from photochanger_adapters.memory.provider_health import MemoryProviderHealth
from photochanger_adapters.postgres.audit import PgAudit
from photochanger_adapters.postgres.changes import PgChanges
from photochanger_adapters.postgres.cleanup_runs import PgCleanupRuns
from photochanger_adapters.postgres.gallery_links import PgGalleryLinks
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.health import PgHealth
from photochanger_adapters.postgres.installation import PgInstallation
from photochanger_adapters.postgres.job_list import PgJobList
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.load import PgLoad
from photochanger_adapters.postgres.login_failures import PgLoginFailures
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.provider_keys import PgProviderKeys
from photochanger_adapters.postgres.result_repo import PgResultRepo
from photochanger_adapters.postgres.revoked_tokens import PgRevokedTokens
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.postgres.stats import PgStatsRepo
from photochanger_adapters.postgres.traces import PgTraces
from photochanger_adapters.postgres.turns import PgTurns
from photochanger_adapters.prometheus.events import PrometheusEvents
from photochanger_adapters.prometheus.meters import Meters
from photochanger_adapters.prometheus.metrics import PrometheusMetrics, meters_of
from photochanger_adapters.provider_http.download import Download
from photochanger_adapters.provider_http.ping_session import open_ping_session
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.security.account_repo import FileAccountRepo
from photochanger_adapters.security.passwords import Argon2Passwords
from photochanger_adapters.security.seals import FernetSeals
from photochanger_adapters.security.signing_keys import MIN_KEY_BYTES
from photochanger_adapters.security.tokens import JwtTokens
from photochanger_adapters.system.all_events import AllEvents
from photochanger_adapters.system.clock import SystemClock
from photochanger_adapters.system.events import StructlogEvents
from photochanger_adapters.system.logs import bug_handler
from photochanger_adapters.system.loop_lag import LoopLag
from photochanger_adapters.system.process_load import ProcessLoad
from photochanger_adapters.system.runs import TaskRuns
from photochanger_adapters.turbotext.driver import TurbotextProvider
from photochanger_core.assembly import Ports
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.events import ProviderPolled
from photochanger_core.domain.ids import JobId, MediaId
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.use_cases.find_key import FindKey
from photochanger_web.links import provider_media_url

from .database_wiring import open_database, open_gateway, prepare_database
from .failures import CommandFailed
from .kept_secrets import JWT_SECRET, keep_secret
from .locale import phrase
from .secret_keys import secret_keys
from .settings import ServerSettings
from .system_errors import why

PROVIDERS: Final = ("gemini", "turbotext")

_LONGEST_RUN: Final = 122.0
"""Seconds: runs end by their own deadlines, two sync windows after they began at the latest."""

_KEY_BYTES: Final = 16
_MEDIA_ID_BYTES: Final = 16
_TOKEN_ID_BYTES: Final = 16
_JWT_KEY_BYTES: Final = 32


@asynccontextmanager
async def open_ports(settings: ServerSettings, *, migrating: bool = False) -> AsyncIterator[Ports]:
    """Open what *settings* name, and close it again.

    Pending migrations are applied to the embedded database, and if *migrating* to any.

    Raises:
        CommandFailed: If the database is not what it must be.
        CoreError: If the database is away.
    """
    clock = SystemClock()
    meters = _meters(clock)
    events = AllEvents([StructlogEvents(), PrometheusEvents(meters)])
    asyncio.get_running_loop().set_exception_handler(bug_handler(events))
    async with AsyncExitStack() as stack:
        dsn = await _open_database(stack, settings, migrating=migrating)
        gateway = await open_gateway(stack, settings, dsn)
        runs = TaskRuns()
        turns = await stack.enter_async_context(PgTurns(gateway, dsn, clock, runs.live))
        find_key = await _open_keys(settings, gateway)
        providers = await open_providers(stack, settings, find_key, events)
        media, objects = await open_media(settings)
        images = await stack.enter_async_context(VipsImages())
        stack.push_async_callback(runs.drain, _LONGEST_RUN)
        yield Ports(
            slots=PgSlotRepo(gateway),
            settings=PgSettingsRepo(gateway),
            jobs=PgJobRepo(gateway),
            results=PgResultRepo(gateway),
            gallery_links=PgGalleryLinks(gateway),
            job_list=PgJobList(gateway),
            stats=PgStatsRepo(gateway),
            changes=await stack.enter_async_context(PgChanges(dsn)),
            turns=turns,
            installation=PgInstallation(gateway),
            media_mark=FileMediaMark(settings.media_root),
            backup_mark=FileBackupMark(settings.media_root),
            media=media,
            media_rows=PgMediaRepo(gateway),
            media_objects=objects,
            stray_files=FileStrayFiles(settings.media_root),
            disk=FileDisk(settings.media_root),
            images=images,
            providers=providers,
            provider_health=MemoryProviderHealth(clock),
            provider_keys=find_key.keys,
            environment_keys=find_key.environment,
            seals=find_key.seals,
            passwords=Argon2Passwords(),
            clock=clock,
            runs=runs,
            events=events,
            metrics=PrometheusMetrics(meters),
            load=[await stack.enter_async_context(LoopLag()), PgLoad(gateway), ProcessLoad()],
            audit=PgAudit(gateway),
            cleanup_runs=PgCleanupRuns(gateway, dsn),
            traces=PgTraces(gateway),
            accounts=FileAccountRepo(settings.credentials_file),
            tokens=await _open_tokens(settings),
            login_failures=PgLoginFailures(gateway),
            revoked_tokens=PgRevokedTokens(gateway),
            health=[
                PgHealth(await open_gateway(stack, settings, dsn, size=1)),
                FileHealth(settings.media_root),
            ],
            new_job_id=lambda: JobId(str(uuid.uuid4())),
            new_media_id=new_media_id,
            new_key=new_key,
            new_token_id=lambda: secrets.token_hex(_TOKEN_ID_BYTES),
            provider_link=provider_link(settings),
            provider_link_life=timedelta(seconds=settings.temp_ttl_seconds),
            owner=await _owner(settings),
        )


def _meters(clock: SystemClock) -> Meters:
    return meters_of(providers=PROVIDERS, version=version("photochanger"), began=clock.now())


async def _open_database(
    stack: AsyncExitStack, settings: ServerSettings, *, migrating: bool
) -> str:
    dsn = await stack.enter_async_context(open_database(settings))
    await prepare_database(dsn, migrating=migrating or settings.database_url is None)
    return dsn


async def _open_keys(settings: ServerSettings, gateway: Gateway) -> FindKey:
    seals = FernetSeals(await asyncio.to_thread(secret_keys, settings))
    return FindKey(keys=PgProviderKeys(gateway), seals=seals, environment=settings.api_keys)


async def open_providers(
    stack: AsyncExitStack, settings: ServerSettings, find_key: FindKey, events: EventsPort
) -> Mapping[str, ProviderPort]:
    """Return the providers by the names that slots give, `PROVIDERS`; closed with *stack*."""
    proxy_url = settings.http_proxy_url
    ping_session = await stack.enter_async_context(open_ping_session(proxy_url=proxy_url))
    return {
        "gemini": GeminiProvider(
            session=await stack.enter_async_context(open_session(proxy_url=proxy_url)),
            ping_session=ping_session,
            api_key=partial(find_key, "gemini"),
            base_url=settings.gemini_base_url,
        ),
        "turbotext": TurbotextProvider(
            session=await stack.enter_async_context(open_session(proxy_url=proxy_url)),
            ping_session=ping_session,
            api_key=partial(find_key, "turbotext"),
            base_url=settings.turbotext_base_url,
            result_origins=settings.turbotext_result_hosts,
            download=Download(proxy_url=proxy_url),
            polled=lambda: events.emit(ProviderPolled(provider="turbotext")),
        ),
    }


async def open_media(settings: ServerSettings) -> tuple[FileMediaStore, FileObjectStore]:
    """Return where pictures lie, and make the folders that are missing.

    Raises:
        CommandFailed: If they cannot be made.
    """
    media, objects = FileMediaStore(settings.media_root), FileObjectStore(settings.media_root)
    try:
        await media.prepare()
        await objects.prepare()
    except CoreError as error:
        refused = why(error.__cause__) if isinstance(error.__cause__, OSError) else error.detail
        raise CommandFailed(
            phrase("media_root.unusable", path=settings.media_root, why=refused)
        ) from error
    return media, objects


async def _open_tokens(settings: ServerSettings) -> JwtTokens:
    if settings.jwt_keys:
        return JwtTokens(settings.jwt_keys)
    make = partial(secrets.token_urlsafe, _JWT_KEY_BYTES)
    kept = await asyncio.to_thread(keep_secret, settings.data_dir, JWT_SECRET, make)
    try:
        return JwtTokens([kept.value])
    except ValueError as error:
        raise CommandFailed(phrase("secret.weak", path=kept.path, least=MIN_KEY_BYTES)) from error


def new_media_id() -> MediaId:
    """Return the id of a media object, which nobody can guess."""
    return MediaId(secrets.token_hex(_MEDIA_ID_BYTES))


def new_key() -> str:
    """Return text for links that nobody can guess."""
    return secrets.token_urlsafe(_KEY_BYTES)


def provider_link(settings: ServerSettings) -> Callable[[MediaId], str] | None:
    """Return what tells where a provider fetches a media object; None: it cannot."""
    base = settings.public_media_base_url or settings.public_base_url
    return None if base is None else partial(provider_media_url, base)


async def _owner(settings: ServerSettings) -> str:
    """Return a name that no other server has, also of machines that are called the same."""
    installation = await asyncio.to_thread(keep_secret, settings.data_dir, "installation")
    return f"{settings.owner} {installation.value}"
