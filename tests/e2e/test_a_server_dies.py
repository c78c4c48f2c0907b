"""Of three servers under load one is killed and one frozen: the third one's guests are served."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Final

import pytest
from attrs import frozen

from photochanger_cli.booth import BoothAnswer
from tests.pictures import JPEG, picture

from .parts import OPEN, Service, eventually, refusal, running_server
from .watched_gemini import KEY, WatchedGemini, watched_gemini

PLACES: Final = 6
"""Photos the provider works on at once, all for those who die; twice as many are in flight."""


@frozen(kw_only=True)
class Night:
    """What came of it.

    Attributes:
        joined: Answers of the third server to the photos that the other two were working on.
        own: Its answers to photos of its own, which waited in line behind those.
        late: Answers of the frozen one, when it goes on with jobs that others have closed.
        statuses: Of all jobs.
    """

    joined: list[BoothAnswer]
    own: list[BoothAnswer]
    late: list[BoothAnswer]
    statuses: dict[str, str]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Let it happen once: leases take their time."""
    folder = tmp_path_factory.mktemp("three")
    given = {
        "PHOTOCHANGER_GEMINI_API_KEY": KEY,
        "PHOTOCHANGER_QUEUE_MAX_IN_FLIGHT_JOBS": str(2 * PLACES),
    }
    with ExitStack() as stack:
        gemini = stack.enter_context(watched_gemini())
        servers = [
            stack.enter_context(running_server(folder, gemini.url, name=name, **given))
            for name in ("killed", "frozen", "third")
        ]
        servers[0].set(f"slot_max_in_flight={2 * PLACES}", f"provider_concurrency={PLACES}")
        yield asyncio.run(it_happens(gemini, *servers))


async def it_happens(
    gemini: WatchedGemini, killed: Service, frozen: Service, third: Service
) -> Night:
    photos = {f"photo {number}": picture(JPEG) for number in range(PLACES)}
    with gemini.holding():
        lost = sending(killed, photos, [*photos][::2])
        late = sending(frozen, photos, [*photos][1::2])
        await eventually(lambda: gemini.at_once == PLACES, "the provider works on all")
        joined = sending(third, photos, photos)
        await eventually(lambda: third.server.errors.count("job_joined") == PLACES, "all join")
        own = [asyncio.create_task(third.send()) for _ in range(PLACES)]
        await eventually(lambda: third.in_flight() == 2 * PLACES, "no place is left")
        killed.server.kill()
        frozen.server.tell_to_leave(signal.SIGSTOP)
    try:
        answers = await asyncio.gather(*joined, *own)
        await eventually(lambda: OPEN.isdisjoint(third.statuses().values()), "all are closed")
    finally:
        frozen.server.tell_to_leave(signal.SIGCONT)
    await asyncio.gather(*lost, return_exceptions=True)
    return Night(
        joined=answers[:PLACES],
        own=answers[PLACES:],
        late=await asyncio.gather(*late),
        statuses=third.statuses(),
    )


def sending(
    service: Service, photos: Mapping[str, bytes], keys: Iterable[str]
) -> list[asyncio.Task[BoothAnswer]]:
    """Send photos with their keys: without one, nobody is let in where no place is left."""
    return [asyncio.create_task(service.send(photos[key], key=key)) for key in keys]


def test_whoever_waits_for_a_dead_server_has_a_picture_in_the_window(night: Night) -> None:
    jobs = [answer.head.headers.get("x-job-id", "") for answer in night.joined]
    assert [answer.head.status for answer in night.joined] == [200] * PLACES
    assert [night.statuses[job] for job in jobs] == ["done"] * PLACES
    assert len(set(jobs)) == PLACES


def test_whoever_is_in_line_behind_the_dead_has_a_turn(night: Night) -> None:
    assert [answer.head.status for answer in night.own] == [200] * PLACES


def test_a_server_that_was_frozen_too_long_answers_nobody_well(night: Night) -> None:
    for answer in night.late:
        job = refusal(answer, 503, "interrupted")["job_id"]
        assert night.statuses[job] == "failed"


def test_what_the_dead_left_is_closed(night: Night) -> None:
    assert sorted(night.statuses.values()) == ["done"] * 2 * PLACES + ["failed"] * PLACES
