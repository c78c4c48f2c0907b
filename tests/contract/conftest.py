"""Every adapter of a port stands in for it here; the tests cannot tell which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from photochanger_adapters.memory.audit import MemoryAudit
from photochanger_adapters.memory.changes import MemoryChanges
from photochanger_adapters.memory.cleanup_runs import MemoryCleanupRuns
from photochanger_adapters.memory.gallery_links import MemoryGalleryLinks
from photochanger_adapters.memory.installation import MemoryInstallation
from photochanger_adapters.memory.job_list import MemoryJobList
from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.login_failures import MemoryLoginFailures
from photochanger_adapters.memory.media_repo import MemoryMediaRepo
from photochanger_adapters.memory.provider_keys import MemoryProviderKeys
from photochanger_adapters.memory.result_repo import MemoryResultRepo
from photochanger_adapters.memory.revoked_tokens import MemoryRevokedTokens
from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_adapters.memory.slot_repo import MemorySlotRepo
from photochanger_adapters.memory.stats import MemoryStatsRepo
from photochanger_adapters.memory.traces import MemoryTraces
from photochanger_adapters.memory.turns import MemoryTurns
from photochanger_adapters.postgres.audit import PgAudit
from photochanger_adapters.postgres.changes import PgChanges
from photochanger_adapters.postgres.cleanup_runs import PgCleanupRuns
from photochanger_adapters.postgres.gallery_links import PgGalleryLinks
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.installation import PgInstallation
from photochanger_adapters.postgres.job_list import PgJobList
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.login_failures import PgLoginFailures
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.provider_keys import PgProviderKeys
from photochanger_adapters.postgres.result_repo import PgResultRepo
from photochanger_adapters.postgres.revoked_tokens import PgRevokedTokens
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.postgres.stats import PgStatsRepo
from photochanger_adapters.postgres.traces import PgTraces
from photochanger_adapters.postgres.turns import PgTurns
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.changes import ChangesPort
from photochanger_core.ports.cleanup_runs import CleanupRunsPort
from photochanger_core.ports.gallery_links import GalleryLinksPort
from photochanger_core.ports.installation import InstallationPort
from photochanger_core.ports.job_list import JobListPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.login_failures import LoginFailuresPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.provider_keys import ProviderKeysPort
from photochanger_core.ports.result_repo import ResultRepoPort
from photochanger_core.ports.revoked_tokens import RevokedTokensPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from photochanger_core.ports.stats import StatsPort
from photochanger_core.ports.traces import TracesPort
from photochanger_core.ports.turns import TurnsPort
from tests.databases import keep_first_state, reset
from tests.embedded_server import embedded_server

from .clocks import SteppedClock
from .following import listening
from .samples import NOON


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(tmp_path_factory.mktemp("contract")) as dsn:
        asyncio.run(upgrade(dsn))
        keep_first_state(dsn)
        yield dsn


@pytest.fixture
def dsn(server: str) -> str:
    """A database as after installing."""
    reset(server)
    return server


@pytest.fixture(params=["memory", "postgres"])
def real(request: pytest.FixtureRequest) -> str | None:
    """Where the real repository is; None for the fake."""
    return request.getfixturevalue("dsn") if request.param == "postgres" else None


@pytest.fixture
async def gateway(real: str | None) -> AsyncIterator[Gateway | None]:
    if real is None:
        yield None
        return
    async with Gateway(dsn=real, size=4) as gateway:
        yield gateway


@pytest.fixture
def in_memory() -> MemoryChanges:
    """What all fakes tell of their changes."""
    return MemoryChanges()


@pytest.fixture
async def changes(gateway: Gateway | None, in_memory: MemoryChanges) -> AsyncIterator[ChangesPort]:
    if gateway is None:
        yield in_memory
        return
    async with PgChanges(gateway.dsn) as changes:
        await listening(changes)
        yield changes


@pytest.fixture
def jobs(gateway: Gateway | None, in_memory: MemoryChanges) -> JobRepoPort:
    return PgJobRepo(gateway) if gateway else MemoryJobRepo(in_memory)


@pytest.fixture
def results(gateway: Gateway | None, jobs: JobRepoPort) -> ResultRepoPort:
    return (
        MemoryResultRepo(jobs) if isinstance(jobs, MemoryJobRepo) else PgResultRepo(_there(gateway))
    )


@pytest.fixture
def media_rows(gateway: Gateway | None) -> MediaRepoPort:
    return PgMediaRepo(gateway) if gateway else MemoryMediaRepo()


@pytest.fixture
def job_list(gateway: Gateway | None, jobs: JobRepoPort) -> JobListPort:
    return MemoryJobList(jobs) if isinstance(jobs, MemoryJobRepo) else PgJobList(_there(gateway))


@pytest.fixture
def stats(gateway: Gateway | None, jobs: JobRepoPort, media_rows: MediaRepoPort) -> StatsPort:
    if isinstance(jobs, MemoryJobRepo) and isinstance(media_rows, MemoryMediaRepo):
        return MemoryStatsRepo(jobs, media_rows)
    return PgStatsRepo(_there(gateway))


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOON)


@pytest.fixture
async def turns(
    gateway: Gateway | None, jobs: JobRepoPort, clock: SteppedClock
) -> AsyncIterator[TurnsPort]:
    if isinstance(jobs, MemoryJobRepo):
        yield MemoryTurns(jobs, clock)
        return
    async with PgTurns(_there(gateway), _there(gateway).dsn, clock) as turns:
        yield turns


@pytest.fixture
def slots(
    gateway: Gateway | None, media_rows: MediaRepoPort, in_memory: MemoryChanges
) -> SlotRepoPort:
    if isinstance(media_rows, MemoryMediaRepo):
        return MemorySlotRepo(media_rows, in_memory)
    return PgSlotRepo(_there(gateway))


@pytest.fixture
def settings_repo(gateway: Gateway | None, in_memory: MemoryChanges) -> SettingsRepoPort:
    return PgSettingsRepo(gateway) if gateway else MemorySettingsRepo(in_memory)


@pytest.fixture
def login_failures(gateway: Gateway | None) -> LoginFailuresPort:
    return PgLoginFailures(gateway) if gateway else MemoryLoginFailures()


@pytest.fixture
def gallery_links(gateway: Gateway | None) -> GalleryLinksPort:
    return PgGalleryLinks(gateway) if gateway else MemoryGalleryLinks()


@pytest.fixture
def revoked_tokens(gateway: Gateway | None) -> RevokedTokensPort:
    return PgRevokedTokens(gateway) if gateway else MemoryRevokedTokens()


@pytest.fixture
def provider_keys(gateway: Gateway | None, settings_repo: SettingsRepoPort) -> ProviderKeysPort:
    return (
        MemoryProviderKeys(settings_repo)
        if isinstance(settings_repo, MemorySettingsRepo)
        else PgProviderKeys(_there(gateway))
    )


@pytest.fixture
def audit(gateway: Gateway | None) -> AuditPort:
    return PgAudit(gateway) if gateway else MemoryAudit()


@pytest.fixture
def cleanup_runs(gateway: Gateway | None) -> CleanupRunsPort:
    return PgCleanupRuns(gateway, gateway.dsn) if gateway else MemoryCleanupRuns()


@pytest.fixture
def installation(gateway: Gateway | None) -> InstallationPort:
    return PgInstallation(gateway) if gateway else MemoryInstallation()


@pytest.fixture
def traces(
    gateway: Gateway | None, jobs: JobRepoPort, audit: AuditPort, cleanup_runs: CleanupRunsPort
) -> TracesPort:
    match jobs, audit, cleanup_runs:
        case MemoryJobRepo(), MemoryAudit(), MemoryCleanupRuns():
            return MemoryTraces(jobs, audit, cleanup_runs)
        case _:
            return PgTraces(_there(gateway))


def _there(gateway: Gateway | None) -> Gateway:
    assert gateway is not None
    return gateway
