"""Secrets go in, and come out nowhere: not in answers, logs, the record or what objects show."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from attrs import define, field
from structlog.testing import capture_logs

from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_adapters.system.tracebacks import bare_exceptions
from photochanger_core.domain.errors import ProviderMisconfigured, QueueUnavailable
from photochanger_core.domain.provider_key import Sealed

from .admin import Admin, admin, stranger
from .booth import Reply
from .running_site import Site, site_over
from .world import World

MARK = "geheim"
KEY = f"AIza-{MARK}-0123456789-0123456789"
PASSWORD = f"{MARK} пароль"
SETTINGS = "/api/settings"
BOTH = {"ingest_password": PASSWORD, "provider_keys": {"gemini": KEY}}


@define
class FailingSettings(MemorySettingsRepo):
    """Settings that cannot be changed once told so."""

    failing: Exception | None = None

    async def change(
        self,
        values: Mapping[str, object],
        *,
        keys: Mapping[str, Sealed | None],
        version: int,
        by: str,
        at: datetime,
    ) -> None:
        if self.failing is not None:
            raise self.failing
        await super().change(values, keys=keys, version=version, by=by, at=at)


@define(eq=False, kw_only=True)
class Failing(World):
    settings: FailingSettings = field(factory=FailingSettings)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with site_over(Failing()) as running:
        yield running


def shown(site: Site, replies: list[Reply], logs: list[Any]) -> str:
    """Return everything that anybody is told or might be shown."""
    told = [bare_exceptions(None, "", dict(entry)) for entry in logs]
    return "".join(map(repr, [replies, told, site.world, site.use_cases, site.world.audit.entries]))


async def swallowed(site: Site, serg: Admin) -> list[Reply]:
    """Send secrets in every way that leads somewhere else."""
    settings = site.world.settings
    assert isinstance(settings, FailingSettings)
    replies = [
        await serg.put(SETTINGS, BOTH),
        await serg.get(SETTINGS),
        await serg.put(SETTINGS, {**BOTH, "gallery_limit": 0}),
        await serg.put(SETTINGS, {"ingest_password": [PASSWORD], "provider_keys": KEY}),
        await serg.put(SETTINGS, {"provider_keys": {"gemini": f"{KEY} "}}),
        await serg.put(SETTINGS, {"provider_keys": {KEY: "gemini"}}),
        await serg.put(SETTINGS, {**BOTH, "version": 99}),
        await serg.put(SETTINGS, {**BOTH, "version": KEY}),
        await serg.put(SETTINGS, BOTH, if_match=f'"{KEY}"'),
        await serg.ask("PUT", SETTINGS, json.dumps(BOTH).encode()[:-1]),
        await serg.ask("PUT", SETTINGS, json.dumps({**BOTH, "x": "\0"}).encode()),
        await serg.put(SETTINGS, {"ingest_password": MARK * 50_000}),
        await serg.put(f"{SETTINGS}/{KEY}", BOTH),
        await serg.post(f"/api/providers/{KEY}/test"),
        await serg.get(f"/api/audit?actor={KEY}&limit={KEY}"),
        await stranger(site).put(SETTINGS, BOTH),
    ]
    for error in (QueueUnavailable("away"), RuntimeError(f"a bug: {MARK}")):
        settings.failing = error
        replies.append(await serg.put(SETTINGS, BOTH))
    settings.failing = None
    site.world.provider.ping_error = ProviderMisconfigured("the API key is not valid")
    replies += [
        await serg.post("/api/providers/gemini/test"),
        await serg.put(SETTINGS, {"provider_keys": {"gemini": None}}),
        await serg.get("/api/audit"),
    ]
    return replies


async def test_no_secret_is_told_whatever_becomes_of_it(site: Site) -> None:
    with capture_logs() as logs:
        replies = await swallowed(site, await admin(site))

    statuses = {reply.status for reply in replies}
    assert statuses == {200, 400, 401, 404, 409, 413, 422, 500, 503}
    assert len(logs) >= len(replies)
    assert any("a bug" in repr(entry) for entry in logs)
    told = shown(site, replies, logs)
    assert "ingest_password" in told
    assert MARK not in told
