"""Something is wrong with a real server, and somebody is told.

Each fault is recorded, and the recording is what the alerts are tried on: see `recording.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.parts import Service, eventually, running_service
from tests.e2e.test_disk_full import SIZE, full, small_disk
from tests.gateways import gone
from tests.scrapes import total

from .promtool import promtool
from .recording import Recording, look

HALF_AN_HOUR = 32
"""Minutes, with some to spare."""

COMPONENT_UP = "photochanger_component_up"
LAST_CLEANUP = "photochanger_cleanup_last_success_timestamp_seconds"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that gives photos ten seconds, the least there is."""
    with running_service(
        tmp_path_factory.mktemp("service"), PHOTOCHANGER_T_SYNC_RESPONSE_SECONDS="10"
    ) as running:
        running.set("dedupe_seconds=0", "slot_max_in_flight=12")
        yield running


async def seen(
    http: aiohttp.ClientSession, service: Service, value: float, name: str, **labels: str
) -> None:
    """Wait until the page says so: what it tells may be some seconds old."""

    async def is_seen() -> bool:
        return total(await look(http, service.url), name, **labels) == value

    await eventually(is_seen, f"{name} {labels} is {value}")


async def statuses(service: Service, photos: int) -> set[int]:
    """Send so many photos at once, and return how they were answered."""
    answers = await asyncio.gather(*(service.send() for _ in range(photos)))
    return {answer.head.status for answer in answers}


async def test_a_server_that_is_well(
    service: Service, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    recording = Recording(service.url)
    await recording.scrape(http)
    assert await statuses(service, 4) == {200}
    await recording.scrape(http, times=20)

    recording.check(tmp_path, {1: (), 20: ()})


async def test_the_database_is_away(
    service: Service, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    recording = Recording(service.url)
    await recording.scrape(http, times=3)
    with gone(service.base):
        assert await statuses(service, 4) == {503}
        await seen(http, service, 0, COMPONENT_UP, component="database")
        await recording.scrape(http, times=5)
        recording.check(tmp_path, {2: (), 7: ("PhotoChangerComponentDown", "PhotoChangerErrors")})

    await seen(http, service, 1, COMPONENT_UP, component="database")
    assert await statuses(service, 1) == {200}
    await recording.scrape(http, times=17)
    recording.check(tmp_path, {recording.minute: ()})


async def test_the_provider_hangs(
    service: Service, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    recording = Recording(service.url)
    await recording.scrape(http)
    assert await statuses(service, 4) == {200}
    await recording.scrape(http, times=5)
    service.behave(delay_seconds=60, times=8)
    assert await statuses(service, 8) == {504}
    await seen(http, service, 1, "photochanger_provider_circuit_open", provider="gemini")
    page = await recording.scrape(http, times=5)

    assert total(page, "photochanger_ingest_answers_total", outcome="timeout") == 8
    hung = ("CircuitOpen", "Errors", "Slow", "Timeouts")
    recording.check(tmp_path, {5: (), 10: [f"PhotoChanger{name}" for name in hung]})

    # Half an hour later the timeouts are forgotten. That no picture comes is not.
    await recording.scrape(http, times=HALF_AN_HOUR)
    service.behave(fault="http_500")
    assert await statuses(service, 4) == {503}
    await recording.scrape(http, times=3)
    left = ("CircuitOpen", "NoSuccess", "ProviderErrors", "CleanupOverdue")
    recording.check(tmp_path, {recording.minute: [f"PhotoChanger{name}" for name in left]})

    service.behave()
    assert await statuses(service, 1) == {200}
    await seen(http, service, 0, "photochanger_provider_circuit_open", provider="gemini")
    await recording.scrape(http)
    alerts = ("PhotoChangerCleanupOverdue", "PhotoChangerProviderErrors")
    recording.check(tmp_path, {recording.minute: alerts})


async def test_nobody_cleans_up_any_more(
    service: Service, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    recording = Recording(service.url)
    cleaned = await cleanup(service, http)
    await recording.scrape(http, times=HALF_AN_HOUR - 5)
    alerts_before = recording.minute
    await recording.scrape(http, times=10)
    recording.check(
        tmp_path, {alerts_before: (), recording.minute: ("PhotoChangerCleanupOverdue",)}
    )

    assert await cleanup(service, http) > cleaned
    await recording.scrape(http, times=2)
    recording.check(tmp_path, {recording.minute: ()})


async def cleanup(service: Service, http: aiohttp.ClientSession) -> float:
    """Clean up as a timer does, and return when that is said to have been."""
    before = total(await look(http, service.url), LAST_CLEANUP)
    runs = total(await look(http, service.url), "photochanger_cleanup_runs_total")
    assert (await asyncio.to_thread(service.command, "cleanup")).returncode == 0
    await seen(http, service, runs + 1, "photochanger_cleanup_runs_total")

    async def is_later() -> bool:
        return total(await look(http, service.url), LAST_CLEANUP) > before

    await eventually(is_later, "the cleanup is seen")
    return total(await look(http, service.url), LAST_CLEANUP)


async def test_the_page_of_a_real_server(service: Service, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{service.url}/metrics") as answer:
        page = await answer.text()

    assert await asyncio.to_thread(lambda: promtool("check", "metrics", typed=page)) == ""


async def test_the_server_is_killed(
    service: Service, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    recording = Recording(service.url)
    await recording.scrape(http, times=3)
    service.server.kill()
    await recording.scrape(http, times=5)

    recording.check(tmp_path, {2: (), 7: ("PhotoChangerDown",)})


async def test_the_disk_is_full(
    http: aiohttp.ClientSession, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with small_disk(tmp_path_factory.mktemp("disk")) as disk:
        variables = {"PHOTOCHANGER_MEDIA_ROOT": str(disk.root / "media"), **disk.variables}
        with running_service(tmp_path_factory.mktemp("service"), **variables) as service:
            recording = Recording(service.url)
            await recording.scrape(http, times=3)
            with full(disk, room=SIZE // 10):
                await seen(http, service, 0, COMPONENT_UP, component="media")
                await recording.scrape(http, times=5)

    # There is still room for photos, but not for the largest.
    alerts = ("PhotoChangerComponentDown", "PhotoChangerDiskFilling")
    recording.check(tmp_path, {2: (), 7: alerts})
