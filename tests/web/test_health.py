"""Somebody asks how the server is."""

from __future__ import annotations

import pytest

from photochanger_core.domain.errors import QueueUnavailable, StorageFull

from .booth import get
from .conftest import Site


async def test_a_healthy_server_says_so(site: Site) -> None:
    reply = await get(site.port, "/healthz")

    assert reply.status == 200
    assert reply.json == {"status": "ok", "components": {"database": "ok", "media": "ok"}}


@pytest.mark.parametrize(
    "name, error, why",
    [
        ("database", QueueUnavailable(), "queue_unavailable"),
        ("media", StorageFull(), "storage_full"),
    ],
)
async def test_a_part_that_fails_is_named(
    site: Site, name: str, error: Exception, why: str
) -> None:
    site.world.parts[name].error = error
    reply = await get(site.port, "/healthz")

    assert (reply.status, reply.json["status"]) == (503, "failed")
    assert reply.json["components"][name] == why


async def test_a_part_that_hangs_counts_as_failed(site: Site) -> None:
    site.world.parts["database"].hangs = True
    reply = await get(site.port, "/healthz")

    assert reply.status == 503
    assert reply.json["components"] == {"database": "timeout", "media": "ok"}


async def test_liveness_needs_nothing(site: Site) -> None:
    site.world.parts["database"].error = QueueUnavailable()

    assert (await get(site.port, "/livez")).json == {"status": "ok"}
