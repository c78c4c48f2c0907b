"""A site, and somebody who may do everything on its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from .running_site import Site, site_over
from .visitor import Visitor, logged_in
from .world import World


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with site_over(World()) as running:
        yield running


@pytest.fixture
async def serg(site: Site) -> Visitor:
    return await logged_in(site, "serg")
