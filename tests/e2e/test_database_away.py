"""The database stops, freezes or is killed under a running server, and comes back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import aiohttp
import pytest

from photochanger_cli.booth import BoothAnswer
from tests.embedded_server import server_pid
from tests.gateways import frozen, gone

from .parts import OPEN, Service, eventually, refusal, running_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server with the built-in database and every default."""
    with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running


async def status_of(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(url) as answer:
        await answer.read()
        return answer.status


async def is_well(http: aiohttp.ClientSession, service: Service) -> bool:
    return await status_of(http, f"{service.url}/healthz") == 200


async def on_its_way(service: Service, seconds: float) -> asyncio.Task[BoothAnswer]:
    """Send a photo, and return when the provider, who takes *seconds*, has been asked."""
    before = service.calls()
    service.behave(delay_seconds=seconds, times=1)
    sending = asyncio.create_task(service.send())
    await eventually(lambda: service.calls() == before + 1, "the provider is asked")
    return sending


@pytest.mark.parametrize("outage", [gone, frozen], ids=["stopped", "frozen"])
async def test_an_outage_is_told_and_leaves_nothing_behind(
    service: Service,
    http: aiohttp.ClientSession,
    outage: Callable[[Path], AbstractContextManager[None]],
) -> None:
    kept = await service.send()
    link = kept.head.headers["x-result-url"]
    sending = await on_its_way(service, 1)
    before = service.calls()
    with outage(service.base):
        await asyncio.gather(
            refused(service), unwell(http, service), hidden(http, link), unfinished(sending)
        )
        assert service.calls() == before

    await eventually(lambda: is_well(http, service), "the server is well again")
    assert service.server._process.poll() is None
    async with http.get(link) as stored:
        assert (stored.status, await stored.read()) == (200, kept.body)
    assert (await service.send()).head.status == 200
    await eventually(lambda: OPEN.isdisjoint(service.statuses().values()), "every job is closed")
    await eventually(lambda: stored_jobs(service) == done_jobs(service), "files fit the rows")


async def refused(service: Service) -> None:
    refusal(await service.send(), 503, "queue_unavailable")


async def unwell(http: aiohttp.ClientSession, service: Service) -> None:
    async def is_told() -> bool:  # what is told may be two seconds old
        return await status_of(http, f"{service.url}/healthz") == 503

    await eventually(is_told, "the server says that it is not well")
    async with http.get(f"{service.url}/healthz") as answer:
        told = await answer.json()
        assert (answer.status, told["status"]) == (503, "failed")
    assert told["components"]["database"] in ("queue_unavailable", "timeout")
    assert told["components"]["media"] == "ok"
    assert await status_of(http, f"{service.url}/livez") == 200


async def hidden(http: aiohttp.ClientSession, link: str) -> None:
    async with http.get(link) as answer:
        told = await answer.json()
        assert (answer.status, told["failure_reason"]) == (503, "queue_unavailable")
        assert "Retry-After" in answer.headers


async def unfinished(sending: asyncio.Task[BoothAnswer]) -> None:
    """Nobody can tell whether its job is done, so its picture is not handed out."""
    refusal(await sending, 503, "queue_unavailable")


def done_jobs(service: Service) -> set[str]:
    return {job_id for job_id, status in service.statuses().items() if status == "done"}


def stored_jobs(service: Service) -> set[str]:
    """Return the jobs that have something in the media store."""
    return {path.parent.name for path in service.files()}


async def test_a_database_killed_while_the_provider_works_costs_no_picture(
    service: Service, http: aiohttp.ClientSession
) -> None:
    killed = server_pid(service.base)
    sending = await on_its_way(service, 4)
    os.kill(killed, signal.SIGKILL)
    await eventually(lambda: is_another(service, killed), "the keeper has started another")
    await eventually(lambda: is_well(http, service), "the server is well again")
    assert not sending.done()

    answer = await sending
    assert answer.head.status == 200
    async with http.get(answer.head.headers["x-result-url"]) as stored:
        assert (stored.status, await stored.read()) == (200, answer.body)
    assert service.statuses()[answer.head.headers["x-job-id"]] == "done"
    assert stored_jobs(service) == done_jobs(service)


def is_another(service: Service, than: int) -> bool:
    try:
        return server_pid(service.base) != than
    except (FileNotFoundError, IndexError):  # it is being replaced
        return False
