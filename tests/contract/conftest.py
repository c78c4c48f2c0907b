"""Every adapter of a port stands in for it here; the tests cannot tell which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_adapters.memory.slot_repo import MemorySlotRepo
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.migrate import upgrade
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from tests.databases import keep_first_state, reset
from tests.embedded_server import embedded_server


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
async def jobs(real: str | None) -> AsyncIterator[JobRepoPort]:
    async with _gateway(real) as gateway:
        yield PgJobRepo(gateway) if gateway else MemoryJobRepo()


@pytest.fixture
async def slots(real: str | None) -> AsyncIterator[SlotRepoPort]:
    async with _gateway(real) as gateway:
        yield PgSlotRepo(gateway) if gateway else MemorySlotRepo()


@pytest.fixture
async def settings_repo(real: str | None) -> AsyncIterator[SettingsRepoPort]:
    async with _gateway(real) as gateway:
        yield PgSettingsRepo(gateway) if gateway else MemorySettingsRepo()


@asynccontextmanager
async def _gateway(real: str | None) -> AsyncIterator[Gateway | None]:
    if real is None:
        yield None
        return
    async with Gateway(dsn=real, size=4) as gateway:
        yield gateway
