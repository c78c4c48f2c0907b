"""What there is no room for is refused before it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from photochanger_core.use_cases.receiving import MAX_RECEIVING

from .booth import CHANGED, Line, Reply, captured, form, head, line_to, post
from .running_site import Site

EXPECT = "expect: 100-continue"
KEY = "idempotency-key: press-1"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
BODY = form(captured())


@pytest.fixture(params=[[], [EXPECT]], ids=["at once", "expecting"])
def first_lines(request: pytest.FixtureRequest) -> list[str]:
    """How the head begins after which no body comes until there is an answer."""
    return list(request.param)


async def answer_to_head(
    site: Site, lines: Sequence[str], *, path: str = "/ingest/slot-001", address: str = "127.0.0.1"
) -> Reply:
    """Send a head and no body; return the answer, before which no `100 Continue` may come."""
    async with line_to(site.port, address=address) as line:
        await line.send(head(len(BODY), path=path, extra=lines))
        return await line.reply(interim=False)


@asynccontextmanager
async def full_house(site: Site, seconds: float) -> AsyncIterator[Line]:
    """One photo is processed for *seconds*, and no other has room."""
    await site.world.set(max_in_flight_jobs=1)
    site.world.provider.seconds = seconds
    async with line_to(site.port) as line:
        await line.send(head(len(BODY), extra=[KEY]) + BODY)
        async with asyncio.timeout(10):
            while not site.world.provider.calls:
                await asyncio.sleep(0.005)
        yield line


async def continued(line: Line, extra: Sequence[str] = ()) -> None:
    await line.send(head(len(BODY), extra=[EXPECT, *extra]))
    assert await line.read(len(CONTINUE)) == CONTINUE


async def test_a_full_house_takes_nobody(site: Site, first_lines: list[str]) -> None:
    site.world.health.job_took("gemini", 6.5)
    async with full_house(site, seconds=40):
        reply = await answer_to_head(site, first_lines)

    assert (reply.status, reply.code) == (429, "queue_busy")
    assert reply.headers["retry-after"] == "7"


async def test_a_known_key_passes_a_full_house(site: Site) -> None:
    async with full_house(site, seconds=0.5) as first, line_to(site.port) as second:
        await continued(second, [KEY])
        await second.send(BODY)
        replies = [await first.reply(), await second.reply()]

    assert [(reply.status, reply.body) for reply in replies] == [(200, CHANGED)] * 2
    assert len({reply.headers["x-job-id"] for reply in replies}) == 1
    assert len(site.world.provider.calls) == 1


async def test_a_slot_that_has_had_its_photos_takes_no_more(
    site: Site, first_lines: list[str]
) -> None:
    await site.world.set_slot(daily_call_limit=1)
    assert (await post(site.port, captured(), extra=[KEY])).status == 200
    reply = await answer_to_head(site, first_lines)

    assert (reply.status, reply.code) == (429, "rate_limited")
    assert 1 <= int(reply.headers["retry-after"]) <= 24 * 3600
    assert (await post(site.port, captured(), extra=[KEY])).status == 200


async def test_who_tries_passwords_is_slowed_down(site: Site, first_lines: list[str]) -> None:
    path = "/ingest/slot-001?key=wrong"
    for _ in range(10):
        assert (await answer_to_head(site, first_lines, path=path)).status == 401
    reply = await answer_to_head(site, first_lines, path=path)

    assert (reply.status, reply.code) == (429, "throttled")
    assert 1 <= int(reply.headers["retry-after"]) <= 10
    assert (await answer_to_head(site, first_lines)).code == "throttled"
    other = await answer_to_head(site, first_lines, path=path, address="127.0.0.2")
    assert other.status == 401


async def test_so_many_photos_may_be_on_their_way(site: Site, first_lines: list[str]) -> None:
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(line_to(site.port)) for _ in range(MAX_RECEIVING)]
        for line in lines:
            await continued(line)
            await line.send(BODY[:100])
        reply = await answer_to_head(site, first_lines)
        assert (reply.status, reply.code) == (429, "queue_busy")
        assert int(reply.headers["retry-after"]) >= 1

        await lines[0].send(BODY[100:])
        assert (await lines[0].reply()).status == 200
        assert (await post(site.port, captured())).status == 200
