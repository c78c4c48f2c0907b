from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from attrs import evolve

from photochanger_adapters.memory.media_repo import MemoryMediaRepo
from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_adapters.memory.object_store import MemoryObjectStore
from photochanger_adapters.provider_http.session import open_session
from photochanger_adapters.system.clock import SystemClock
from photochanger_cli.checkup.addresses import ExamineAddresses, is_public_url, local_url
from photochanger_cli.checkup.signs import LocalSign
from photochanger_cli.settings import ServerSettings
from photochanger_core.domain.checkup import failure, warning, well
from photochanger_core.domain.ids import media_id
from photochanger_core.domain.media import MediaUse
from photochanger_core.use_cases.lend_probe import LendProbe
from tests.memory_world import numbered_media_ids

HEALTHY: Mapping[str, Any] = {"status": "ok", "components": {}, "providers": {}}


class Neighbour:
    """Somebody who answers as our server does, as far as it is told to."""

    def __init__(self) -> None:
        self.rows, self.media = MemoryMediaRepo(), MemoryMediaStore(SystemClock())
        self.objects = MemoryObjectStore(self.media)
        self.health: Mapping[str, Any] = HEALTHY
        self.answer: Callable[[], web.StreamResponse] | None = None
        self.hangs = False
        self.has_other_data = False

    @property
    def lend_probe(self) -> LendProbe:
        return LendProbe(
            rows=self.rows,
            objects=self.objects,
            clock=SystemClock(),
            new_media_id=numbered_media_ids(),
        )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.hangs:
            await asyncio.Event().wait()
        if self.answer is not None:
            return self.answer()
        match request.path.strip("/").split("/"):
            case ["livez"]:
                return web.json_response({"status": "ok"})
            case ["healthz"]:
                return web.json_response(self.health)
            case _ if self.has_other_data:
                return web.Response(status=404)
            case [*_, name]:
                picture = await self.objects.open(await self.rows.get(media_id(name)))
                return web.Response(body=b"".join([chunk async for chunk in picture.chunks()]))
        raise AssertionError(request.path)

    def kept(self) -> int:
        return sum(use is MediaUse.PROVIDER for use, _ in self.objects._kept)


@pytest.fixture
async def neighbour() -> Neighbour:
    return Neighbour()


@pytest.fixture
async def server(neighbour: Neighbour) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_get("/{path:.*}", neighbour.handle)
    server = TestServer(app)
    async with server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


def examine(
    session: aiohttp.ClientSession, server: TestServer, *, public: str | None = None
) -> ExamineAddresses:
    nowhere = Path("nowhere")
    settings = ServerSettings(
        data_dir=nowhere,
        media_root=nowhere,
        host="0.0.0.0",  # noqa: S104 - as by default
        port=server.port or 0,
        public_base_url=public,
        public_media_base_url=public,
    )
    return ExamineAddresses(settings=settings, session=session)


def url(server: TestServer) -> str:
    return f"http://127.0.0.1:{server.port}"


async def test_a_server_that_is_well_says_so(
    server: TestServer, session: aiohttp.ClientSession
) -> None:
    assert await examine(session, server).server() == [
        well("server", LocalSign.SERVER_OK, url=url(server))
    ]


async def test_a_server_that_is_not_well_says_what_is_not(
    server: TestServer, session: aiohttp.ClientSession, neighbour: Neighbour
) -> None:
    gemini = {"status": "network", "circuit": "closed"}
    turbotext = {"status": "ok", "circuit": "open"}
    neighbour.health = {
        "status": "degraded",
        "providers": {"gemini": gemini, "turbotext": turbotext},
    }
    assert await examine(session, server).server() == [
        warning("server", LocalSign.SERVER_DEGRADED, what="gemini: network, turbotext: open")
    ]
    neighbour.health = {"status": "failed", "components": {"database": "timeout", "media": "ok"}}
    assert await examine(session, server).server() == [
        failure("server", LocalSign.SERVER_FAILED, what="database: timeout", status=200)
    ]


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(text="It works!"),
        lambda: web.Response(body=b"\xff" * 500_000),
        lambda: web.json_response([1]),
        lambda: web.json_response({"status": "ok"}, status=401),
    ],
)
async def test_somebody_else_at_our_port_is_told(
    server: TestServer, session: aiohttp.ClientSession, neighbour: Neighbour, answer: Any
) -> None:
    neighbour.answer = answer
    assert await examine(session, server).server() == [
        failure("server", LocalSign.SERVER_OTHER, url=url(server))
    ]


async def test_where_nobody_listens_there_is_no_server(
    server: TestServer, session: aiohttp.ClientSession
) -> None:
    looks, there = examine(session, server), url(server)
    await server.close()
    assert await looks.server() == [
        failure("server", LocalSign.SERVER_AWAY, url=there, why="Connection refused")
    ]


async def test_a_public_address_that_leads_here_hands_the_probe_out(
    server: TestServer, session: aiohttp.ClientSession, neighbour: Neighbour
) -> None:
    looks = examine(session, server, public=url(server))
    assert await looks.with_probe(neighbour.lend_probe) == [
        well("public address", LocalSign.PUBLIC_OK, url=url(server))
    ]
    assert neighbour.kept() == 0


@pytest.mark.parametrize(
    "answer, status",
    [
        (lambda: web.Response(text="Welcome to nginx!"), 200),
        (lambda: web.Response(status=404), 404),
        (lambda: web.Response(status=301, headers={"Location": "https://elsewhere.example"}), 301),
        (lambda: web.Response(body=bytes(2**20)), 200),
    ],
)
async def test_a_public_address_that_leads_elsewhere_is_told(
    server: TestServer,
    session: aiohttp.ClientSession,
    neighbour: Neighbour,
    answer: Any,
    status: int,
) -> None:
    neighbour.answer = answer
    looks = examine(session, server, public=url(server))
    assert failure(
        "public address", LocalSign.PUBLIC_OTHER, url=url(server), status=status
    ) in await looks.with_probe(neighbour.lend_probe)
    assert neighbour.kept() == 0


async def test_a_server_with_other_data_is_told(
    server: TestServer, session: aiohttp.ClientSession, neighbour: Neighbour
) -> None:
    neighbour.has_other_data = True
    assert await examine(session, server).with_probe(neighbour.lend_probe) == [
        failure("server", LocalSign.SERVER_FOREIGN, url=url(server)),
        well("public address", LocalSign.PUBLIC_UNSET),
    ]


async def test_another_program_at_our_port_is_no_server_with_other_data(
    server: TestServer, session: aiohttp.ClientSession, neighbour: Neighbour
) -> None:
    neighbour.answer = lambda: web.Response(text="It works!")
    assert await examine(session, server).with_probe(neighbour.lend_probe) == [
        well("public address", LocalSign.PUBLIC_UNSET)
    ]


async def test_a_public_address_that_is_not_there_is_told(
    server: TestServer, session: aiohttp.ClientSession, neighbour: Neighbour
) -> None:
    nowhere = "http://127.0.0.1:1"
    looks = examine(session, server, public=nowhere)
    [found] = await looks.with_probe(neighbour.lend_probe)
    assert found == failure(
        "public address", LocalSign.PUBLIC_AWAY, url=nowhere, why="Connection refused"
    )


async def test_a_public_address_without_the_tls_it_names_is_told(
    server: TestServer, session: aiohttp.ClientSession
) -> None:
    [found] = await examine(session, server, public=f"https://127.0.0.1:{server.port}").alone()
    assert found.sign == LocalSign.PUBLIC_AWAY
    assert "SSL" in str(found.values["why"])


async def test_a_public_address_that_hangs_is_given_up(
    server: TestServer, session: aiohttp.ClientSession, neighbour: Neighbour
) -> None:
    neighbour.hangs = True
    looks = evolve(examine(session, server, public=url(server)), seconds=0.1)
    [found] = await looks.alone()
    assert (found.sign, found.values["why"]) == (LocalSign.PUBLIC_AWAY, "no answer in 0.1 s")


async def test_without_a_database_it_is_not_known_whom_an_address_leads_to(
    server: TestServer, session: aiohttp.ClientSession
) -> None:
    looks = examine(session, server, public=url(server))
    assert await looks.alone() == [
        warning("public address", LocalSign.PUBLIC_UNPROVEN, url=url(server))
    ]


@pytest.mark.parametrize(
    "address, wanted",
    [
        (None, False),
        ("http://localhost:8000", False),
        ("http://127.0.0.1", False),
        ("http://192.168.1.5:8000", False),
        ("http://[fd00::5]", False),
        ("http://booth", False),
        ("http://booth.local", False),
        ("http://booth.lan:8000", False),
        ("https://photos.example.org", True),
        ("http://8.8.8.8", True),
        ("http://[2606:4700::1111]:8000", True),
    ],
)
def test_what_strangers_reach(address: str | None, wanted: bool) -> None:
    assert is_public_url(address) is wanted


@pytest.mark.parametrize(
    "host, wanted",
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - compared only
        ("::", "http://[::1]:8000"),
        ("192.168.1.5", "http://192.168.1.5:8000"),
        ("fd00::5", "http://[fd00::5]:8000"),
    ],
)
def test_where_the_server_is_seen_from_here(host: str, wanted: str) -> None:
    nowhere = Path("nowhere")
    assert local_url(ServerSettings(data_dir=nowhere, media_root=nowhere, host=host)) == wanted
