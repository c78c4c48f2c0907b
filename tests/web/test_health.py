"""Somebody asks how the server is."""

from __future__ import annotations

import asyncio

import pytest

from photochanger_core.domain.errors import (
    FailureReason,
    ProviderMisconfigured,
    QueueUnavailable,
    StorageFull,
)
from photochanger_web.keys import DRAINING

from .booth import get
from .running_site import Site

WELL = {"status": "ok", "circuit": "closed", "failures_in_a_row": 0, "quota_left": {}}


async def test_a_healthy_server_says_so(site: Site) -> None:
    reply = await get(site.port, "/healthz")

    assert reply.status == 200
    assert reply.json == {
        "status": "ok",
        "stage": "serving",
        "components": {"database": "ok", "media": "ok"},
        "providers": {"gemini": WELL},
        "last_cleanup_at": None,
    }


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
    assert reply.json["providers"] == {}


async def test_a_part_that_hangs_counts_as_failed(site: Site) -> None:
    site.world.parts["database"].hangs = True
    reply = await get(site.port, "/healthz")

    assert reply.status == 503
    assert reply.json["components"] == {"database": "timeout", "media": "ok"}


async def test_a_provider_that_takes_no_orders_is_named_and_no_reason_to_leave(site: Site) -> None:
    site.world.provider.ping_error = ProviderMisconfigured("the API key is not valid: k3y")
    reply = await get(site.port, "/healthz")

    assert (reply.status, reply.json["status"]) == (200, "degraded")
    assert reply.json["providers"] == {"gemini": {**WELL, "status": "misconfigured"}}
    assert b"k3y" not in reply.body


async def test_a_provider_that_fails_photo_after_photo_has_an_open_circuit(site: Site) -> None:
    for _ in range(5):
        site.world.health.tried("gemini/gemini-3.1-flash-image", 1.0, FailureReason.QUOTA)
    site.world.health.quota_told("gemini", {"foto_limit": 3})
    reply = await get(site.port, "/healthz")

    assert (reply.status, reply.json["status"]) == (200, "degraded")
    assert reply.json["providers"]["gemini"] == {
        "status": "ok",
        "circuit": "open",
        "failures_in_a_row": 5,
        "quota_left": {"foto_limit": 3},
    }


async def test_many_who_ask_at_once_cost_a_provider_one_ping(site: Site) -> None:
    site.world.provider.ping_seconds = 0.5
    replies = await asyncio.gather(*(get(site.port, "/healthz") for _ in range(10)))

    assert [reply.json["status"] for reply in replies] == ["ok"] * 10
    assert len(site.world.provider.pings) == 1


async def test_liveness_needs_nothing(site: Site) -> None:
    site.world.parts["database"].error = QueueUnavailable()

    assert (await get(site.port, "/livez")).json == {"status": "ok"}
    assert site.world.provider.pings == []


async def test_a_server_that_leaves_is_not_ready(site: Site) -> None:
    await site.app[DRAINING].drain()
    reply = await get(site.port, "/healthz")

    assert (reply.status, reply.json["status"], reply.json["stage"]) == (503, "failed", "leaving")
    assert (await get(site.port, "/livez")).status == 200
