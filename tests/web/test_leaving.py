"""Booths leave, servers leave: nothing stays behind, nobody is left standing."""

from __future__ import annotations

import asyncio

import pytest
from attrs import define, field

from photochanger_adapters.memory.audit import MemoryAudit
from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import JobStatus
from photochanger_web.keys import DRAINING

from .admin import token_for
from .booth import (
    CHANGED,
    PASSWORD_PART,
    PHOTO,
    Line,
    captured,
    file,
    form,
    get,
    head,
    line_to,
    post,
)
from .running_site import Site, leaving_site, site_over
from .world import World


async def send_photo(line: Line) -> None:
    body = form(captured())
    await line.send(head(len(body)) + body)


async def until_asked(site: Site, times: int = 1) -> None:
    async with asyncio.timeout(10):
        while len(site.world.provider.calls) < times:
            await asyncio.sleep(0.005)


async def until_idle(site: Site, handles: int = 0) -> None:
    async with asyncio.timeout(10):
        while site.world.runs.live() or site.world.media.handles != handles:
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("sent", [10, 300, 700])
async def test_a_booth_that_leaves_in_mid_upload_leaves_nothing(site: Site, sent: int) -> None:
    body = form([PASSWORD_PART, file()])
    async with line_to(site.port) as line:
        await line.send(head(len(body)) + body[:sent])
        assert (await get(site.port, "/livez")).status == 200
    await until_idle(site)

    assert site.world.provider.calls == []
    assert not await site.world.jobs.running()


async def test_a_picture_that_is_paid_for_is_stored_without_the_booth(site: Site) -> None:
    site.world.provider.seconds = 0.2
    async with line_to(site.port) as line:
        await send_photo(line)
        await until_asked(site)
    [job] = await site.world.jobs.running()
    await until_idle(site)

    assert (await site.world.jobs.get(job.job_id)).status is JobStatus.DONE
    assert (await get(site.port, f"/public/results/{job.job_id}")).body == CHANGED


async def test_a_photo_nobody_waits_for_is_not_paid_for(site: Site) -> None:
    site.world.images.held.set()
    async with line_to(site.port) as line:
        await send_photo(line)
        async with asyncio.timeout(10):
            while not (jobs := await site.world.jobs.running()):
                await asyncio.sleep(0.005)
    await until_idle(site)

    job = await site.world.jobs.get(jobs[0].job_id)
    assert (job.status, job.failure_reason) == (JobStatus.CANCELLED, "job_cancelled")
    assert site.world.provider.calls == []


async def test_a_server_that_leaves_answers_what_it_has_begun(site: Site) -> None:
    site.world.provider.seconds = 0.3
    async with line_to(site.port) as first, line_to(site.port) as second:
        await send_photo(first)
        await until_asked(site)
        draining = asyncio.create_task(site.app[DRAINING].drain())
        await asyncio.sleep(0)
        await send_photo(second)

        refused = await second.reply()
        assert (refused.status, refused.code) == (503, "shutting_down")
        assert (await first.reply()).body == CHANGED
        await draining


async def test_a_server_that_leaves_goes_on_answering_until_its_last_photo_is_done() -> None:
    world = World()
    world.provider.seconds = 0.4
    async with leaving_site(world) as site, line_to(site.port) as line:
        await send_photo(line)
        await until_asked(site)
        answering = asyncio.create_task(line.reply())
        leaving = asyncio.create_task(site.app[DRAINING].drain())
        await asyncio.sleep(0)
        while not answering.done():
            assert (await get(site.port, "/livez")).status == 200
        await leaving
    assert (await answering).body == CHANGED


async def test_slow_senders_hold_no_place(site: Site) -> None:
    await site.use_cases.configure_settings({"max_in_flight_jobs": 1}, by=Actor(name="test"))
    async with line_to(site.port) as first, line_to(site.port) as second:
        for line in (first, second):
            await line.send(head(10_000) + form([PASSWORD_PART, file()])[:400])

        assert (await post(site.port, captured())).status == 200


async def test_a_photo_on_its_way_as_the_server_leaves_is_answered(site: Site) -> None:
    body = form(captured())
    async with line_to(site.port) as line:
        await line.send(head(len(body), extra=["expect: 100-continue"]))
        assert await line.read(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        draining = asyncio.create_task(site.app[DRAINING].drain())
        await asyncio.sleep(0)
        await line.send(body)

        assert (await line.reply()).status == 200
        await draining


async def test_who_takes_nothing_of_a_picture_is_hung_up_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photochanger_web.pictures._STALL_SECONDS", 0.2)
    site.world.answer_next_with(PHOTO + bytes(8_000_000))
    reply = await post(site.port, captured())
    async with line_to(site.port) as line:
        path = f"/public/results/{reply.headers['x-job-id']}"
        await line.send(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        await until_idle(site, handles=1)
        await until_idle(site)


async def test_a_server_that_leaves_waits_for_a_picture_that_comes_late() -> None:
    world = World()
    world.provider.seconds = 2.6
    async with leaving_site(world) as site:
        await world.set(sync_response_seconds=2.5)
        await world.set_slot(late_result="keep")
        reply = await post(site.port, captured())
        assert (reply.status, reply.code) == (504, "sync_timeout")

    job = await world.jobs.get(JobId(reply.json["error"]["details"]["job_id"]))
    assert (job.status, job.is_late) == (JobStatus.DONE, True)


@pytest.mark.parametrize("said", [b"", b"POST /ingest/slot-001 HTTP/1.1\r\nhost: x\r\n"])
async def test_connections_that_do_not_get_to_the_point_are_closed(said: bytes) -> None:
    async with site_over(World(), idle_seconds=0.1) as site, line_to(site.port) as line:
        await line.send(said)

        assert await line.at_end()


@define
class HeldAudit(MemoryAudit):
    """A record that is written to when it may be."""

    asked: asyncio.Event = field(factory=asyncio.Event, init=False)
    may: asyncio.Event = field(factory=asyncio.Event, init=False)

    async def note(self, entry: AuditEntry) -> None:
        self.asked.set()
        await self.may.wait()
        await super().note(entry)


async def test_a_change_comes_on_record_though_the_administrator_has_left() -> None:
    audit = HeldAudit()
    audit.may.set()
    async with site_over(World(audit=audit)) as site:
        token = await token_for(site.world, Scope.SLOTS_WRITE)
        audit.may.clear()
        audit.asked.clear()
        async with line_to(site.port) as line:
            head = f"POST /api/slots/slot-001/reset HTTP/1.1\r\nauthorization: Bearer {token}"
            await line.send(f"{head}\r\nhost: a\r\ncontent-length: 0\r\n\r\n".encode())
            await audit.asked.wait()
        await get(site.port, "/livez")
        audit.may.set()
        await site.app[DRAINING].drain()
        assert [entry.action for entry in audit.entries] == [AuditAction.SLOT_RESET]
