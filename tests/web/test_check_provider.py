"""POST /api/providers/{name}/test."""

from __future__ import annotations

import pytest

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import (
    ProviderMisconfigured,
    ProviderQuota,
    ProviderUnreachable,
    QueueUnavailable,
)

from .admin import admin, stranger
from .running_site import Site

TEST = "/api/providers/gemini/test"


async def test_a_provider_that_would_take_an_order_is_well(site: Site) -> None:
    reply = await (await admin(site)).post(TEST)

    assert (reply.status, reply.json) == (200, {"status": "ok"})
    assert site.world.provider.pings_anew == 1


@pytest.mark.parametrize(
    "error,reason",
    [
        (ProviderMisconfigured("the API key is not valid"), "misconfigured"),
        (ProviderQuota("used up"), "quota"),
        (ProviderUnreachable("refused"), "network"),
    ],
)
async def test_why_it_is_not_well_is_told_in_its_own_words(
    site: Site, error: Exception, reason: str
) -> None:
    site.world.provider.ping_error = error

    reply = await (await admin(site)).post(TEST)

    detail = f"gemini/gemini-3.1-flash-image: {error}"
    assert reply.status == 200
    assert reply.json == {"status": "failed", "failure_reason": reason, "detail": detail}


@pytest.mark.parametrize("name", ["dalle", "GEMINI", "..%2Fsettings", "%00"])
async def test_nobody_of_this_name_is_not_found(site: Site, name: str) -> None:
    reply = await (await admin(site)).post(f"/api/providers/{name}/test")

    assert (reply.status, reply.code) == (404, "not_found")


async def test_without_the_database_nothing_can_be_said(site: Site) -> None:
    site.world.provider.ping_error = QueueUnavailable("away")

    reply = await (await admin(site)).post(TEST)

    assert (reply.status, reply.code) == (503, "queue_unavailable")


async def test_only_those_who_may_change_settings_may_ask(site: Site) -> None:
    reader = await admin(site, [Scope.SETTINGS_READ], "reader")

    assert ((await reader.post(TEST)).status, (await stranger(site).post(TEST)).status) == (
        403,
        401,
    )
    assert site.world.provider.pings == []
