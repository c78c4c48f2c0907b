"""Following what changes while connections are cut and the database is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import make_dsn

from photochanger_adapters.postgres import ear
from photochanger_adapters.postgres.changes import PgChanges
from photochanger_core.domain.changes import Change, Missed
from tests.contract.following import END, end_of, listening, told
from tests.databases import ask
from tests.embedded_server import embedded_server
from tests.gateways import PATIENCE, backends, frozen, gone, named


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ear")


@pytest.fixture(scope="module")
def server(base: Path) -> Iterator[str]:
    with embedded_server(base) as dsn:
        yield dsn


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ear, "_LISTEN_AGAIN", 0.01)


@pytest.fixture
async def following(server: str, quick: None) -> AsyncIterator[AsyncIterator[Change]]:
    async with PgChanges(named(server)) as changes:
        await listening(changes)
        with changes.follow() as stream:
            assert await told(stream) == [Missed()]
            yield stream


async def is_heard(server: str, following: AsyncIterator[Change]) -> None:
    end_of(server)
    assert await told(following) == [END]


async def test_a_cut_connection_is_replaced_and_what_was_missed_is_said(
    server: str, following: AsyncIterator[Change]
) -> None:
    await is_heard(server, following)
    for cut in backends(server):
        ask(server, "SELECT pg_terminate_backend(%(pid)s)", {"pid": cut})

    assert await told(following) == [Missed()]
    await is_heard(server, following)


async def test_so_is_one_to_a_server_that_was_started_anew(
    base: Path, server: str, following: AsyncIterator[Change]
) -> None:
    with gone(base):
        pass

    assert await told(following) == [Missed()]
    await is_heard(server, following)


@pytest.mark.usefixtures("quick")
async def test_silence_is_looked_into(
    base: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ear, "_ASK_EVERY", 0.01)
    monkeypatch.setattr(ear, "_LISTEN_SECONDS", 1.5)
    async with PgChanges(named(server)) as changes:
        await listening(changes)
        with changes.follow() as stream:
            assert await told(stream) == [Missed()]
            waiting = asyncio.create_task(told(stream))
            while not waiting.done():
                with frozen(base):  # whoever asks in vain hangs up
                    await asyncio.sleep(2)
                await asyncio.wait([waiting], timeout=4)
            assert await waiting == [Missed()]
            await is_heard(server, stream)


@pytest.mark.parametrize(
    "said", ["", "{", "7", "[]", "{}", '{"change": "weather"}', '{"change": "slot", "size": 1}']
)
async def test_what_is_not_understood_was_missed(
    server: str, following: AsyncIterator[Change], said: str
) -> None:
    ask(server, "SELECT pg_notify('photochanger_changes', %(said)s)", {"said": said})

    assert await told(following) == [Missed()]
    await is_heard(server, following)


async def test_whoever_follows_in_vain_leaves_at_once() -> None:
    async with PgChanges(make_dsn("postgresql://someone@127.0.0.1:9/nothing")) as changes:
        with changes.follow() as stream:
            assert await told(stream) == [Missed()]
            waiting = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            waiting.cancel()


async def test_leaving_ends_what_listens(server: str) -> None:
    async with PgChanges(named(server)) as changes:
        await listening(changes)
    async with asyncio.timeout(PATIENCE):
        while backends(server):
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("quick")
async def test_what_is_said_while_the_ear_asks_is_heard(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ear, "_ASK_EVERY", 0.0001)
    async with PgChanges(named(server)) as changes:
        await listening(changes)
        with changes.follow() as stream:
            assert await told(stream) == [Missed()]
            for _ in range(100):
                await is_heard(server, stream)
