from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from photochanger_cli.booth import BoothAnswer
from photochanger_cli.failures import CommandFailed
from tests.pictures import JPEG, picture

from .parts import Service, eventually, running_service, server

PHOTOS = 20
ANSWERED = 6
"""So many have their answer when the server is killed."""


async def test_a_killed_server_leaves_no_job_open_and_loses_no_picture(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    with running_service(tmp_path, PHOTOCHANGER_QUEUE_MAX_IN_FLIGHT_JOBS="20") as service:
        assert service.command("settings", "set", "slot_max_in_flight=20").returncode == 0
        answered = await _killed_in_the_middle(service)
        assert ANSWERED <= len(answered) < PHOTOS
        with server(tmp_path, service.variables, "second") as second:
            second.line("PhotoChanger is ready: ")
            statuses = service.statuses()
            assert set(statuses.values()) <= {"done", "failed"}
            assert "failed" in statuses.values()
            for answer in answered:
                assert answer.head.status == 200
                assert statuses[answer.head.headers["x-job-id"]] == "done"
                async with http.get(answer.head.headers["x-result-url"]) as stored:
                    assert (stored.status, await stored.read()) == (200, answer.body)
                    assert stored.headers["Content-Type"] == answer.head.headers["content-type"]
            assert len(service.files()) == list(statuses.values()).count("done")
            assert (await service.send()).head.status == 200


async def _killed_in_the_middle(service: Service) -> list[BoothAnswer]:
    """Send all photos, kill the server when some are answered, and return those answers."""
    for number in range(PHOTOS):
        service.behave(delay_seconds=number * 0.2, times=1)
    answers: list[BoothAnswer] = []

    async def send(photo: bytes) -> None:
        try:
            answers.append(await service.send(photo))
        except CommandFailed:  # killed before it answered
            return

    photos = [picture(JPEG) for _ in range(PHOTOS)]
    async with asyncio.TaskGroup() as tasks:
        for photo in photos:
            tasks.create_task(send(photo))
        await eventually(lambda: len(answers) >= ANSWERED, "some are answered")
        service.server.kill()
    return answers
