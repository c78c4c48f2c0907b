"""Pictures of every kind through the whole server, with the real decoder."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import aiohttp
import pytest

from photochanger_adapters.images.process import WORKER
from photochanger_cli.booth import BoothAnswer, BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from tests.pictures import (
    JPEG,
    PNG,
    WEBP,
    every_kind,
    gif,
    picture,
    png_bomb,
    scan_bomb,
    webp_bomb,
)

from .parts import PASSWORD, SLOT, Service, eventually, refusal

GOOD = dict(every_kind())
BROKEN = {
    "truncated jpeg": picture(JPEG)[:-500],
    "truncated png": picture(PNG)[:-500],
    "truncated webp": picture(WEBP)[:-500],
    "jpeg of 2,000 scans": scan_bomb(2000),
}
FLOODS = {"png of 30,000 × 30,000": png_bomb(), "webp of 13,000 × 13,000": webp_bomb()}


async def sent(service: Service, content: bytes) -> BoothAnswer:
    """Send *content* as a JPEG, whatever it is."""
    photo = BoothPhoto(content=content, media_type=JPEG, time=0, password=PASSWORD)
    return await send_as_booth(Server.at(service.url), SLOT, photo)


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_picture_of_any_kind_is_changed(service: Service, name: str) -> None:
    answer = await sent(service, GOOD[name])
    assert answer.head.status == 200, answer.body
    assert answer.picture() == answer.head.headers["content-type"]


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_picture_reaches_no_provider(service: Service, name: str) -> None:
    before = service.calls()
    details = refusal(await sent(service, BROKEN[name]), 400, "invalid_request")
    assert (details["field"], details["problem"]) == ("fileToUpload", "undecodable")
    assert service.calls() == before


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_of_pixels_reaches_no_provider(service: Service, name: str) -> None:
    before = service.calls()
    refusal(await sent(service, FLOODS[name]), 413, "payload_too_large")
    assert service.calls() == before


async def test_a_gif_named_jpg_reaches_no_provider(service: Service) -> None:
    before = service.calls()
    refusal(await sent(service, gif()), 415, "unsupported_media_type")
    assert service.calls() == before


async def test_what_is_refused_leaves_no_open_job_and_no_file(
    service: Service, http: aiohttp.ClientSession
) -> None:
    before = set(service.files())
    for content in (*BROKEN.values(), *FLOODS.values()):
        answer = await sent(service, content)
        job_id = refusal_of_a_job(answer)
        async with http.get(f"{service.url}/api/jobs/{job_id}") as told:
            assert (await told.json())["status"] == "failed"
    assert set(service.files()) == before


def refusal_of_a_job(answer: BoothAnswer) -> str:
    reason = "invalid_request" if answer.head.status == 400 else "payload_too_large"
    return str(refusal(answer, answer.head.status, reason)["job_id"])


async def test_a_killed_image_worker_costs_one_photo_at_most(service: Service) -> None:
    before = service.statuses()
    workers = image_workers(service)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)  # so that they have photos in their hands
    sending = [asyncio.create_task(service.send()) for _ in range(4)]
    waiting = {"pending": len(sending)}
    await eventually(lambda: new_jobs(service, before) == waiting, "everybody waits for a worker")
    os.kill(workers[0], signal.SIGKILL)
    for worker in workers[1:]:
        os.kill(worker, signal.SIGCONT)

    answers = await asyncio.gather(*sending)

    failed = [answer.head.status for answer in answers if answer.head.status != 200]
    assert len(failed) <= 1
    assert all(status >= 500 for status in failed)
    for _ in range(3):
        assert (await service.send()).head.status == 200


def new_jobs(service: Service, before: dict[str, str]) -> dict[str, int]:
    statuses = [status for job, status in service.statuses().items() if job not in before]
    return {status: statuses.count(status) for status in set(statuses)}


def image_workers(service: Service) -> list[int]:
    children = Path(f"/proc/{service.server._process.pid}/task").glob("*/children")
    pids = [int(pid) for file in children for pid in file.read_text().split()]
    return [pid for pid in pids if WORKER in Path(f"/proc/{pid}/cmdline").read_text()]
