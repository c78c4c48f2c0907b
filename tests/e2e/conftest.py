from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from .parts import Service, running_service
from .processes import PATIENCE


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server with a stand-in for Gemini, shared by the tests of a module."""
    with running_service(
        tmp_path_factory.mktemp("service"), PHOTOCHANGER_T_SYNC_RESPONSE_SECONDS="10"
    ) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        yield session
