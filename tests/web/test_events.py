"""Administrators look on over a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from attrs import frozen

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.changes import SettingsChanged
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.use_cases import watch_changes
from photochanger_web.handlers import events
from photochanger_web.keys import DRAINING

from .admin import admin_of, token_for
from .booth import Line, captured, get, line_to, post
from .running_site import Site

PATH: Final = "/api/events"
RESYNC: Final = "event: resync\ndata: {}"
SETTINGS: Final = "event: settings\ndata: {}"
HEARTBEAT: Final = ":"
_SECONDS: Final = 20


@frozen
class Stream:
    """What an administrator's browser reads."""

    line: Line
    headers: dict[str, str]

    async def next(self) -> str:
        """Return the next event, or comment."""
        async with asyncio.timeout(_SECONDS):
            size = int((await self.line.reader.readline()).strip(), 16)
            chunk = await self.line.reader.readexactly(size + 2)
        assert chunk.endswith(b"\n\n\r\n") or not size
        return chunk.decode().strip()

    async def is_at_end(self) -> bool:
        """Whether the stream ends as it should, after signs of life at most."""
        while text := await self.next():
            if text != HEARTBEAT:
                return False
        return True


@asynccontextmanager
async def watching(site: Site, token: str | None = None) -> AsyncIterator[Stream]:
    token = token or await token_for(site.world, *Scope)
    async with line_to(site.port) as line:
        await line.send(
            f"GET {PATH} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n".encode()
        )
        reply = await line.reply()
        assert reply.status == 200
        stream = Stream(line, reply.headers)
        assert await stream.next() == "retry: 3000"
        assert await stream.next() == RESYNC
        yield stream


def watchers(site: Site) -> int:
    return site.use_cases.watch_changes._watching


async def until_nobody_watches(site: Site) -> None:
    async with asyncio.timeout(_SECONDS):
        while watchers(site):
            await asyncio.sleep(0.005)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_changes, "HEARTBEAT", 0.02)


async def test_a_photo_is_seen_on_its_way(site: Site) -> None:
    async with watching(site) as stream:
        job_id = (await post(site.port, captured())).headers["x-job-id"]
        said = [await stream.next() for _ in range(3)]

    assert said == [
        f'event: job\ndata: {{"job_id": "{job_id}", "slot_id": "slot-001", "status": "{status}"}}'
        for status in ("pending", "processing", "done")
    ]


async def test_everything_else_is_seen_too(site: Site) -> None:
    job_id = (await post(site.port, captured())).headers["x-job-id"]
    serg = await admin_of(site)
    async with watching(site) as stream:
        await serg.put("/api/slots/slot-002", {"display_name": "🙂"})
        await serg.put("/api/settings", {"gallery_limit": 3})
        await serg.ask("DELETE", f"/api/results/{job_id}")
        said = [await stream.next() for _ in range(3)]

    assert said == [
        'event: slot\ndata: {"slot_id": "slot-002", "version": 2}',
        SETTINGS,
        f'event: result_removed\ndata: {{"job_id": "{job_id}", "slot_id": "slot-001"}}',
    ]


async def test_nothing_on_its_way_keeps_events(site: Site) -> None:
    async with watching(site) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in stream.headers


async def test_whoever_has_left_leaves_nothing(site: Site) -> None:
    async with watching(site), watching(site):
        assert watchers(site) == 2
    await until_nobody_watches(site)


@pytest.mark.usefixtures("quick")
async def test_a_stream_shows_signs_of_life_until_its_token_is_over(site: Site) -> None:
    token = await token_for(site.world, *Scope)
    async with watching(site, token) as stream:
        assert await stream.next() == HEARTBEAT
        await site.world.revoked_tokens.revoke("serg", site.world.clock.now())
        assert await stream.is_at_end()
        await until_nobody_watches(site)


@pytest.mark.usefixtures("quick")
async def test_while_the_database_is_away_a_stream_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bool:
        raise QueueUnavailable

    async with watching(site) as stream:
        monkeypatch.setattr(type(site.world.revoked_tokens), "is_revoked", away)
        assert [await stream.next() for _ in range(3)] == [HEARTBEAT] * 3


async def test_a_server_that_leaves_waits_for_no_stream(site: Site) -> None:
    async with watching(site) as stream:
        async with asyncio.timeout(_SECONDS):
            await site.app[DRAINING].drain()
        assert await stream.is_at_end()
    serg = await admin_of(site)
    refused = await serg.get(PATH)

    assert (refused.status, refused.code) == (503, "shutting_down")
    assert watchers(site) == 0


async def test_no_more_look_on_than_there_is_room_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_changes, "MOST_WATCHING", 1)
    serg = await admin_of(site)
    async with watching(site):
        refused = await serg.get(PATH)
        assert (refused.status, refused.code) == (429, "rate_limited")
        assert refused.headers["retry-after"] == "15"
    await until_nobody_watches(site)
    async with watching(site):
        pass


async def test_whoever_reads_too_slowly_is_hung_up_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_WRITE_SECONDS", 0.05)
    async with watching(site):
        monkeypatch.setattr(events, "encoded", lambda _: b":" * 2**22)  # more than lines hold
        async with asyncio.timeout(_SECONDS):
            while watchers(site):
                site.world.changes.tell(SettingsChanged())
                await asyncio.sleep(0.005)


async def test_there_is_no_head_of_it(site: Site) -> None:
    assert (await get(site.port, PATH, verb="HEAD")).status == 405


async def test_nobody_sees_secrets(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    token = await token_for(site.world, *Scope)
    async with watching(site, token) as stream:
        await site.use_cases.configure_settings(
            {"ingest_password": "geheim", "provider_keys": {"gemini": "AIza"}},
            by=Actor(name="test"),
        )
        assert await stream.next() == SETTINGS
    await until_nobody_watches(site)
    logged = capsys.readouterr()

    assert token not in logged.out + logged.err
