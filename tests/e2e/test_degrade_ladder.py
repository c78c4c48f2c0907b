"""What a slot does when its provider fails: again, another way, the photo itself, or later."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import aiohttp
import pytest
from attrs import frozen

from photochanger_cli.booth import BoothAnswer
from tests.pictures import JPEG, picture

from .parts import Service, refusal, running_server
from .watched_gemini import KEY, WatchedGemini, watched_gemini

FLASH, PRO = "gemini-3.1-flash-image", "gemini-3-pro-image"
AT_ONCE = 'retry={"error_tries": 3, "error_pause_seconds": 0}'
AGAIN, ANOTHER_WAY, PHOTO, LATER = "slot-002", "slot-003", "slot-004", "slot-005"
SLOTS = {
    AGAIN: [AT_ONCE, f"model={FLASH}"],
    ANOTHER_WAY: [
        AT_ONCE,
        f"model={PRO}",
        "fallback="
        + json.dumps(
            {
                "provider": "gemini",
                "operation": "image_edit",
                "settings": {"prompt": "A pirate.", "model": FLASH},
            }
        ),
    ],
    PHOTO: ["on_failure=original", 'retry={"error_tries": 1}'],
    LATER: ["late_result=keep", "sync_response_seconds=10"],
}


@frozen
class Ladder:
    """A server, with a slot for each step, and the provider it asks."""

    service: Service
    gemini: WatchedGemini

    def attempts(self, job_id: str) -> list[tuple[object, ...]]:
        """Return models and outcomes of all attempts for a job."""
        return self.service.query(
            f"SELECT number, model, failure_reason FROM attempt WHERE job_id = '{job_id}'"  # noqa: S608 - our own
            " ORDER BY number"
        )

    def another_server(self, name: str) -> AbstractContextManager[Service]:
        """Run another server on the same installation."""
        return running_server(
            self.service.folder, self.gemini.url, name=name, PHOTOCHANGER_GEMINI_API_KEY=KEY
        )

    async def told(self, http: aiohttp.ClientSession, path: str) -> Any:
        """Return the JSON that the server answers with at *path*."""
        async with http.get(self.service.url + path) as answer:
            return await answer.json()


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ladder]:
    key = {"PHOTOCHANGER_GEMINI_API_KEY": KEY}
    with (
        watched_gemini() as gemini,
        running_server(tmp_path_factory.mktemp("ladder"), gemini.url, **key) as service,
    ):
        for slot, changes in SLOTS.items():
            service.set("is_active=true", "prompt=A pirate.", *changes, slot=slot)
        yield Ladder(service, gemini)


def job_of(answer: BoothAnswer) -> str:
    return answer.head.headers["x-job-id"]


async def test_a_provider_that_fails_twice_is_asked_three_times(ladder: Ladder) -> None:
    ladder.service.behave(fault="http_503", times=2)
    answer = await ladder.service.send(slot=AGAIN)
    assert answer.head.status == 200
    assert ladder.attempts(job_of(answer)) == [
        (1, FLASH, "provider_5xx"),
        (2, FLASH, "provider_5xx"),
        (3, FLASH, None),
    ]


async def test_a_provider_that_goes_on_failing_is_asked_no_more(ladder: Ladder) -> None:
    ladder.service.behave(fault="http_503", times=3)
    details = refusal(await ladder.service.send(slot=AGAIN), 503, "provider_5xx")
    assert [reason for *_, reason in ladder.attempts(details["job_id"])] == ["provider_5xx"] * 3
    assert (await ladder.service.send(slot=AGAIN)).head.status == 200


async def test_where_a_model_fails_the_fallback_makes_the_picture(ladder: Ladder) -> None:
    ladder.gemini.broken.add(PRO)
    try:
        answer = await ladder.service.send(slot=ANOTHER_WAY)
    finally:
        ladder.gemini.broken.clear()
    assert answer.head.status == 200
    assert [model for _, model, _ in ladder.attempts(job_of(answer))] == [PRO, PRO, PRO, FLASH]


async def test_a_guest_gets_the_photo_itself_and_nothing_is_kept_of_it(
    ladder: Ladder, http: aiohttp.ClientSession
) -> None:
    photo, files = picture(JPEG), set(ladder.service.files())
    ladder.service.behave(fault="http_500", times=1)
    answer = await ladder.service.send(photo, slot=PHOTO)
    assert (answer.head.status, answer.body) == (200, photo)
    assert answer.head.headers["x-photochanger-degraded"] == "provider_5xx"
    assert "x-result-url" not in answer.head.headers

    job = await ladder.told(http, f"/api/jobs/{job_of(answer)}")
    assert (job["status"], job["failure_reason"]) == ("failed", "provider_5xx")
    missing = await ladder.told(http, f"/public/results/{job_of(answer)}")
    assert missing["failure_reason"] == "result_not_found"
    assert (await ladder.told(http, f"/public/slots/{PHOTO}"))["results"] == []
    assert set(ladder.service.files()) <= files

    again = await ladder.service.send(photo, slot=PHOTO)
    assert "x-photochanger-degraded" not in again.head.headers
    assert again.body != photo


async def test_an_answer_that_comes_late_is_kept_also_by_a_server_that_leaves(
    ladder: Ladder, http: aiohttp.ClientSession
) -> None:
    ladder.service.behave(delay_seconds=11, times=1)
    with ladder.another_server("leaving") as leaving:
        details = refusal(await leaving.send(slot=LATER), 504, "timeout")
        leaving.server.tell_to_leave()
        job_id = details["job_id"]
        assert (await ladder.told(http, f"/api/jobs/{job_id}"))["status"] == "timeout"
        assert await asyncio.to_thread(leaving.server.status) == 0

    job = await ladder.told(http, f"/api/jobs/{job_id}")
    assert (job["status"], job["failure_reason"]) == ("done", None)
    async with http.get(f"{ladder.service.url}/public/results/{job_id}") as stored:
        assert stored.status == 200
    gallery = await ladder.told(http, f"/public/slots/{LATER}")
    assert [result["job_id"] for result in gallery["results"]] == [job_id]
    [(late,)] = ladder.service.query(
        f"SELECT is_late FROM job_history WHERE job_id = '{job_id}'"  # noqa: S608 - our own
    )
    assert late is True


async def test_a_slot_that_is_told_nonsense_stays_as_it_was(ladder: Ladder) -> None:
    for nonsense in (
        'retry={"error_tries": 7}',
        'fallback={"provider": "nobody", "operation": "image_edit"}',
    ):
        refused = await asyncio.to_thread(ladder.service.command, "slots", "set", AGAIN, nonsense)
        assert refused.returncode == 1
        assert refused.stderr.startswith("photochanger: validation_failed: "), refused.stderr
        assert nonsense.partition("=")[0] in refused.stderr
