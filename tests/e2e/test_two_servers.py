"""Two servers on one database and one folder of pictures behave as one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from attrs import frozen

from photochanger_cli.booth import BoothAnswer
from tests.pictures import JPEG, picture

from .parts import OPEN, PASSWORD, Service, eventually, refusal, running_server
from .test_login import log_in
from .watched_gemini import KEY, WatchedGemini, watched_gemini

MOST = 12
"""Jobs in flight at once, by default."""


@frozen
class Pair:
    """Two servers, and the provider of both."""

    first: Service
    second: Service
    gemini: WatchedGemini

    @property
    def both(self) -> tuple[Service, Service]:
        return self.first, self.second

    def send_all(self, photos: list[bytes]) -> list[asyncio.Task[BoothAnswer]]:
        """Send *photos* at once, to both in turns."""
        return [
            asyncio.create_task(self.both[number % 2].send(photo))
            for number, photo in enumerate(photos)
        ]

    def told(self, event: str) -> int:
        """Return how often the servers have logged *event*."""
        return sum(server.server.errors.count(f'"event": "{event}"') for server in self.both)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    given = {
        "PHOTOCHANGER_GEMINI_API_KEY": KEY,
        "PHOTOCHANGER_TRUSTED_PROXIES": "127.0.0.0/8",
    }
    with (
        watched_gemini() as gemini,
        running_server(folder, gemini.url, name="first", **given) as first,
        running_server(folder, gemini.url, name="second", **given) as second,
    ):
        first.set("slot_max_in_flight=40", f"provider_concurrency={MOST}")
        yield Pair(first, second, gemini)


def job_of(answer: BoothAnswer) -> str:
    return answer.head.headers["x-job-id"]


async def assert_kept(
    http: aiohttp.ClientSession, service: Service, answers: list[BoothAnswer]
) -> None:
    """Check that *service* serves what somebody was answered with."""
    for answer in answers:
        async with http.get(f"{service.url}/public/results/{job_of(answer)}") as stored:
            assert (stored.status, await stored.read()) == (200, answer.body)


async def test_one_photo_sent_twenty_times_at_once_is_paid_for_once(pair: Pair) -> None:
    photo, calls, joined = picture(JPEG), len(pair.gemini.photos), pair.told("job_joined")
    with pair.gemini.holding():
        sending = pair.send_all([photo] * 20)
        await eventually(lambda: pair.told("job_joined") == joined + 19, "all others have joined")
    answers = await asyncio.gather(*sending)

    assert {answer.head.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len({job_of(answer) for answer in answers}) == 1
    assert len(pair.gemini.photos) == calls + 1
    for service in pair.both:
        again = await service.send(photo)
        assert (job_of(again), again.body) == (job_of(answers[0]), answers[0].body)
        assert again.head.headers["idempotent-replayed"] == "true"
    assert len(pair.gemini.photos) == calls + 1


async def test_a_key_belongs_to_one_photo_on_every_server(pair: Pair) -> None:
    photo, calls = picture(JPEG), len(pair.gemini.photos)
    answer = await pair.first.send(photo, key="booth 1, photo 7")
    again = await pair.second.send(photo, key="booth 1, photo 7")
    assert (job_of(again), again.body) == (job_of(answer), answer.body)
    assert again.head.headers["idempotent-replayed"] == "true"

    other = await pair.second.send(picture(JPEG), key="booth 1, photo 7")
    refusal(other, 422, "idempotency_key_reused")
    assert len(pair.gemini.photos) == calls + 1


async def test_no_more_jobs_than_allowed_are_in_flight_and_none_is_lost(
    pair: Pair, http: aiohttp.ClientSession
) -> None:
    with pair.gemini.holding():
        sending = pair.send_all([picture(JPEG) for _ in range(40)])
        await eventually(
            lambda: sum(task.done() for task in sending) == 40 - MOST, "the others are refused"
        )
        await eventually(lambda: pair.gemini.at_once == MOST, "the provider works on the rest")
        assert pair.first.in_flight() == MOST
    answers = await asyncio.gather(*sending)

    good = [answer for answer in answers if answer.head.status == 200]
    assert len(good) == MOST
    for answer in answers:
        if answer not in good:
            refusal(answer, 429, "queue_busy")
    await assert_kept(http, pair.first, good)
    await assert_kept(http, pair.second, good)
    assert OPEN.isdisjoint(pair.first.statuses().values())


async def test_the_provider_works_on_no_more_than_allowed_and_everybody_has_a_turn(
    pair: Pair,
) -> None:
    pair.first.set("provider_concurrency=2")
    try:
        pair.gemini.most_at_once = 0
        with pair.gemini.holding():
            sending = pair.send_all([picture(JPEG) for _ in range(6)])
            await eventually(lambda: pair.first.in_flight() == 6, "all are admitted")
            await eventually(lambda: pair.gemini.at_once == 2, "two are worked on")
        answers = await asyncio.gather(*sending)
    finally:
        pair.first.set(f"provider_concurrency={MOST}")
    assert [answer.head.status for answer in answers] == [200] * 6
    assert pair.gemini.most_at_once == 2


async def test_a_new_password_counts_on_both_servers_at_once(pair: Pair) -> None:
    for service in pair.both:
        assert (await service.send()).head.status == 200  # now both remember the password
    await asyncio.to_thread(pair.second.set, "ingest_password=-", typed="654321\n")
    try:
        for service in pair.both:
            refusal(await service.send(), 401, "invalid_password")
            assert (await service.send(password="654321")).head.status == 200
    finally:
        await asyncio.to_thread(pair.first.set, "ingest_password=-", typed=f"{PASSWORD}\n")


async def test_each_server_counts_wrong_passwords_by_the_address_that_its_proxy_tells(
    pair: Pair, http: aiohttp.ClientSession
) -> None:
    statuses: list[int] = []
    while (status := await guessed(http, pair.first, "192.0.2.1")) == 401 and len(statuses) < 20:
        statuses.append(status)
    assert (len(statuses) >= 10, status) == (True, 429)
    assert await guessed(http, pair.first, "192.0.2.2") == 401
    assert await guessed(http, pair.second, "192.0.2.1") == 401


async def guessed(http: aiohttp.ClientSession, service: Service, address: str) -> int:
    """Send a wrong password as somebody behind the proxy, and return the status."""
    form = aiohttp.FormData({"password": "wrong"})
    form.add_field("fileToUpload", picture(JPEG), filename="a.jpg", content_type=JPEG)
    url, headers = f"{service.url}/ingest/slot-001", {"X-Forwarded-For": address}
    async with http.post(url, data=form, headers=headers) as answer:
        await answer.read()
        return answer.status


async def test_a_job_is_seen_everywhere(pair: Pair, http: aiohttp.ClientSession) -> None:
    answer = await pair.first.send()
    async with http.get(f"{pair.second.url}/api/jobs/{job_of(answer)}") as told:
        assert json.loads(await told.read())["status"] == "done"
    async with http.get(f"{pair.second.url}/public/slots/slot-001") as gallery:
        shown = await gallery.json()
    assert shown["results"][0]["job_id"] == job_of(answer)


async def test_whoever_looks_on_sees_what_happens_everywhere(
    pair: Pair, http: aiohttp.ClientSession
) -> None:
    _, said, _ = await log_in(pair.first, pair.first.first_passwords()["serg"])
    bearer = {"Authorization": f"Bearer {said['access_token']}"}
    async with http.get(f"{pair.first.url}/api/events", headers=bearer) as stream:
        while (await stream.content.readline()).strip() != b"event: resync":
            pass
        job_id = job_of(await pair.second.send(picture(JPEG)))
        url, change = f"{pair.second.url}/api/settings", {"gallery_limit": 11}
        async with http.put(url, json=change, headers=bearer) as answer:
            assert answer.status == 200
        seen = [line async for line in until(stream, b"event: settings")]

    assert seen == [
        {"job_id": job_id, "slot_id": "slot-001", "status": status}
        for status in ("pending", "processing", "done")
    ]


async def until(stream: aiohttp.ClientResponse, last: bytes) -> AsyncIterator[object]:
    """Yield what is said of jobs on *stream* before the *last* event."""
    async for line in stream.content:
        if line.strip() == last:
            return
        if line.startswith(b'data: {"job_id'):
            yield json.loads(line.removeprefix(b"data: "))
