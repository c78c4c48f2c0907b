"""Whatever the provider does wrong: a clear error, no job left open, no file, and life goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from photochanger_adapters.simulators.gemini_faults import FAULTS
from photochanger_cli.booth import BoothAnswer
from photochanger_core.domain.picture import MediaType
from tests.pictures import JPEG, picture

from .parts import SLOT, Service, refusal, running_service

FAILURES: Final = {
    "reset": (503, "network"),
    "half_body": (503, "network"),
    "http_429": (503, "quota"),
    "array_error": (503, "quota"),
    "http_500": (503, "provider_5xx"),
    "http_503": (503, "provider_5xx"),
    "http_504": (503, "provider_5xx"),
    "http_400": (502, "misconfigured"),
    "http_403": (502, "misconfigured"),
    "http_404": (502, "misconfigured"),
    "max_tokens": (502, "misconfigured"),
    "refusal": (502, "refused"),
    "blocked": (502, "refused"),
    "garbage": (502, "bad_response"),
    "redirect": (502, "bad_response"),
    "no_image": (502, "bad_response"),
    "only_words": (502, "bad_response"),
    "flat": (502, "bad_response"),
    "turned": (502, "bad_response"),
    "not_a_picture": (502, "bad_response"),
    "svg": (502, "bad_response"),
    "gif": (502, "bad_response"),
    "truncated_picture": (502, "bad_response"),
    "bomb_picture": (502, "bad_response"),
    "huge": (502, "bad_response"),
    "huge_chunked": (502, "bad_response"),
    "gzip_bomb": (502, "bad_response"),
}
"""What each fault becomes for the booth (wire contracts, 4)."""

SLOW: Final = ("hang", "slow_headers", "slow_drip")
HARMLESS: Final = "mislabelled"
HUGE: Final = ("huge", "huge_chunked", "gzip_bomb")
QUOTA_SECONDS: Final = "11"
"""The stand-in's 10.97 s, in whole ones."""

WINDOW_MS: Final = 10_000
GRACE_MS: Final = 250
GROWTH: Final = 150 * 2**20


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that asks once, and hands out what it gets, for other tests look at the rest."""
    with running_service(
        tmp_path_factory.mktemp("service"), PHOTOCHANGER_T_SYNC_RESPONSE_SECONDS="10"
    ) as running:
        once = 'retry={"error_tries": 1, "no_picture_tries": 1}'
        running.set(once, "output_format=as_provider", slot=SLOT)
        yield running


def test_every_fault_of_the_stand_in_is_tried() -> None:
    assert {*FAILURES, *SLOW, HARMLESS} == FAULTS


async def told(http: aiohttp.ClientSession, service: Service, job_id: str) -> dict[str, Any]:
    async with http.get(f"{service.url}/api/jobs/{job_id}") as answer:
        assert answer.status == 200
        job: dict[str, Any] = await answer.json()
    return job


def folders(service: Service) -> list[str]:
    """Return the jobs that have something in the media store, if only an empty folder."""
    return [path.name for path in (service.folder / "var/media/results").glob("*/*")]


async def went_wrong(service: Service, fault: str) -> BoothAnswer:
    """Send a photo that meets *fault*, whose next one is answered well, and return the answer."""
    service.behave(fault=fault)
    try:
        answer = await service.send()
    finally:
        service.behave()
    assert (await service.send()).head.status == 200
    return answer


@pytest.mark.parametrize("fault", FAILURES)
async def test_a_fault_is_an_error_and_leaves_nothing(
    service: Service, http: aiohttp.ClientSession, fault: str
) -> None:
    status, reason = FAILURES[fault]
    details = refusal(await went_wrong(service, fault), status, reason)

    assert details.keys() == {"job_id", "expires_at"}
    job = await told(http, service, details["job_id"])
    assert (job["status"], job["failure_reason"]) == ("failed", reason)
    assert job["result_url"] is None
    assert details["job_id"] not in folders(service)


@pytest.mark.parametrize("fault", ["http_429", "array_error"])
async def test_the_wait_that_the_provider_asks_for_is_passed_on(
    service: Service, fault: str
) -> None:
    answer = await went_wrong(service, fault)
    assert answer.head.headers["retry-after"] == QUOTA_SECONDS


async def test_a_redirect_is_not_followed(service: Service) -> None:
    before = service.calls()
    await went_wrong(service, "redirect")
    assert service.calls() == before + 2  # the one sent astray, and the one after it


async def test_a_wrong_label_does_no_harm(service: Service, http: aiohttp.ClientSession) -> None:
    answer = await went_wrong(service, HARMLESS)
    assert answer.head.status == 200
    assert answer.picture() == answer.head.headers["content-type"] == MediaType.PNG
    async with http.get(answer.head.headers["x-result-url"]) as stored:
        assert (await stored.read(), stored.content_type) == (answer.body, MediaType.PNG)


async def test_huge_answers_do_not_fill_the_memory(service: Service) -> None:
    assert (await service.send()).head.status == 200
    before = memory(service, "VmRSS")
    for fault in HUGE:
        await went_wrong(service, fault)
    assert memory(service, "VmHWM") - before < GROWTH


def memory(service: Service, name: str) -> int:
    """Return what the server has of *name*, of /proc/PID/status, in bytes."""
    lines = Path(f"/proc/{service.server._process.pid}/status").read_text().splitlines()
    [value] = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(value) * 1024


async def test_whoever_is_slow_is_left_at_the_end_of_the_window(
    service: Service, http: aiohttp.ClientSession
) -> None:
    for fault in SLOW:
        service.behave(fault=fault, times=1)
    photos = [picture(JPEG, size=(320, 240)) for _ in SLOW]  # a byte at a time, too much

    answers = await asyncio.gather(*(service.send(photo) for photo in photos))

    for answer in answers:
        details = refusal(answer, 504, "timeout")
        assert json.loads(answer.body)["error"]["code"] == "sync_timeout"
        job = await told(http, service, details["job_id"])
        assert (job["status"], job["failure_reason"]) == ("timeout", "timeout")
        assert job["duration_ms"] <= WINDOW_MS + GRACE_MS
        assert details["job_id"] not in folders(service)
    assert (await service.send()).head.status == 200
    assert set(service.statuses().values()) <= {"done", "failed", "timeout"}
