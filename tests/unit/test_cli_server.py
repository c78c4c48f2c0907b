from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp.http_parser import HttpRequestParserPy
from attrs import evolve

from photochanger_adapters.memory.provider import Step
from photochanger_adapters.security.account_repo import FileAccountRepo
from photochanger_cli import server
from photochanger_cli.booth import BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from photochanger_cli.failures import CommandFailed
from photochanger_cli.first_start import make_first_accounts, set_first_values
from photochanger_cli.kept_secrets import keep_secret
from photochanger_cli.server import check_interpreter, listen, running_server
from photochanger_cli.settings import ServerSettings
from photochanger_cli.signals import told_to_leave
from photochanger_core.assembly import Ports, UseCases
from photochanger_core.domain.account import ALL_SCOPES, Actor
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.settings import Settings
from tests.logins import log_in
from tests.memory_world import MemoryWorld

PHOTO = BoothPhoto.of(b"\xff\xd8\xff a guest \xff\xd9", time=0, password="123456")


def settings_in(folder: Path, **values: object) -> ServerSettings:
    return ServerSettings(data_dir=folder, media_root=folder / "media", first_start=values)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def secrets_in(folder: Path) -> list[Path]:
    """Return what servers keep whose data directories lie in *folder*."""
    return list(folder.glob("*/secrets/*"))


async def is_opened_by(world: MemoryWorld, password: str) -> bool:
    hashed = (await world.settings.read()).ingest_password_hash
    return hashed is not None and await world.passwords.verify(hashed, password)


async def test_what_the_environment_says_counts_at_first(tmp_path: Path) -> None:
    world = MemoryWorld()
    given = {"sync_response_seconds": 20, "ingest_password": "booth"}
    await set_first_values(settings_in(tmp_path, **given), world.ports(), world.use)
    assert (await world.settings.read()).sync_response_seconds == 20
    assert await is_opened_by(world, "booth")
    assert names(tmp_path) == []

    later = {"sync_response_seconds": 30, "ingest_password": "other", "result_ttl_hours": 5}
    await set_first_values(settings_in(tmp_path, **later), world.ports(), world.use)
    settings = await world.settings.read()
    assert (settings.sync_response_seconds, settings.result_ttl_hours) == (20, 5)
    assert await is_opened_by(world, "booth")


async def test_a_password_is_made_up_and_told_by_its_place_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = MemoryWorld()
    await set_first_values(settings_in(tmp_path), world.ports(), world.use)
    path = tmp_path / "secrets" / "ingest_password"
    password = path.read_text().strip()
    assert await is_opened_by(world, password)
    told = capsys.readouterr()
    assert str(path) in told.err
    assert password not in told.err + told.out

    await set_first_values(settings_in(tmp_path), world.ports(), world.use)
    assert capsys.readouterr().err == ""
    assert await is_opened_by(world, password)


@pytest.mark.parametrize("folders", [("one", "two"), ("one", "one")])
async def test_of_servers_that_start_at_once_one_tells_of_the_ingest_password_that_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folders: tuple[str, ...]
) -> None:
    world = MemoryWorld()
    starts = (
        set_first_values(settings_in(tmp_path / name), world.ports(), world.use) for name in folders
    )
    await asyncio.gather(*starts)
    [kept] = secrets_in(tmp_path)
    assert await is_opened_by(world, kept.read_text().strip())
    told = capsys.readouterr().err
    assert told == f"The ingest password for booths lies in {kept}\n"


def kept_passwords(folder: Path) -> dict[str, str]:
    text = (folder / "secrets" / "first_passwords").read_text()
    return dict(re.findall(r"^(\w+)  (\S+)$", text, re.MULTILINE))


@pytest.mark.parametrize("is_terminal", [True, False])
async def test_first_accounts_are_told_with_their_passwords_once(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_terminal: bool,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    world = MemoryWorld()
    await make_first_accounts(settings_in(tmp_path), world.ports(), world.use)
    told = capsys.readouterr().err
    shown = dict(re.findall(r"^  (\w+)  (\S+)$", told, re.MULTILINE))
    passwords = shown if is_terminal else kept_passwords(tmp_path)
    assert [*passwords] == ["serg", "igor"]
    assert passwords["serg"] != passwords["igor"]
    for name, password in passwords.items():
        assert (await log_in(world, name, password)).claims.scopes == ALL_SCOPES
    if not is_terminal:
        assert str(tmp_path / "secrets" / "first_passwords") in told
        assert not [password for password in passwords.values() if password in told]

    await make_first_accounts(settings_in(tmp_path), world.ports(), world.use)
    assert capsys.readouterr() == ("", "")


async def test_first_passwords_take_the_place_of_older_ones(tmp_path: Path) -> None:
    keep_secret(tmp_path, "first_passwords")
    world = MemoryWorld()
    await make_first_accounts(settings_in(tmp_path), world.ports(), world.use)
    await log_in(world, "serg", kept_passwords(tmp_path)["serg"])


async def test_passwords_that_cannot_be_kept_stop_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secrets").write_text("in the way")
    world = MemoryWorld()
    await make_first_accounts(settings_in(tmp_path), world.ports(), world.use)
    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith("photochanger: ")
    assert str(tmp_path / "secrets" / "first_passwords") in told


async def test_of_servers_that_start_at_once_one_tells_passwords_and_these_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "credentials.json"
    worlds = [MemoryWorld() for _ in range(3)]
    ports = [world.ports(accounts=FileAccountRepo(path)) for world in worlds]
    starts = (make_first_accounts(settings_in(tmp_path), one, UseCases.over(one)) for one in ports)
    await asyncio.gather(*starts)
    assert capsys.readouterr().err.count("first_passwords") == 1
    password = kept_passwords(tmp_path)["serg"]
    for one in ports:
        await UseCases.over(one).log_in("serg", password, address="192.0.2.7")


async def test_first_passwords_that_are_known_are_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = MemoryWorld()
    settings = evolve(settings_in(tmp_path), first_admin_password="known")
    await make_first_accounts(settings, world.ports(), world.use)
    assert capsys.readouterr() == ("", "")
    await log_in(world, "igor", "known")


@pytest.mark.parametrize("content", ["{", None])
async def test_accounts_that_cannot_be_used_are_told_of_and_stop_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    path = tmp_path / "secrets" / "credentials.json"
    if content is None:
        path.parent.write_text("in the way")
    else:
        path.parent.mkdir()
        path.write_text(content)
    ports = MemoryWorld().ports(accounts=FileAccountRepo(path))
    await make_first_accounts(settings_in(tmp_path), ports, UseCases.over(ports))

    [told] = capsys.readouterr().err.splitlines()
    assert told.startswith(f"photochanger: storage_unavailable: {path} ")


def test_a_port_is_taken_once() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(CommandFailed, match="cannot listen on"):
        listen("127.0.0.1", first.getsockname()[1])


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_told(host: str) -> None:
    with pytest.raises(CommandFailed, match=host):
        listen(host, 0)


def test_checks_that_are_dropped_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    check_interpreter()
    monkeypatch.setattr(sys, "flags", SimpleNamespace(optimize=1))
    with pytest.raises(CommandFailed, match="-O"):
        check_interpreter()


def test_a_lenient_parser_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HttpRequestParser", HttpRequestParserPy)
    with pytest.raises(CommandFailed, match="C parser"):
        check_interpreter()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_tells_to_leave(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with told_to_leave() as told:
        os.kill(os.getpid(), number)
        async with asyncio.timeout(20):
            await told.wait()
        assert signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)
    signal.signal(number, before)


@pytest.fixture
async def parts(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MemoryWorld]:
    """What servers open: all in memory."""
    world = MemoryWorld()

    @asynccontextmanager
    async def open_ports(_: ServerSettings, *, migrating: bool) -> AsyncIterator[Ports]:
        assert migrating
        yield world.ports()

    monkeypatch.setattr(server, "open_ports", open_ports)
    yield world
    await world.runs.close()


async def test_a_server_answers_what_it_has_begun(tmp_path: Path, parts: MemoryWorld) -> None:
    parts.provider.seconds = 0.2
    settings = settings_in(tmp_path, ingest_password="123456")
    with listen("127.0.0.1", 0) as sock:
        place = Server.at(f"http://127.0.0.1:{sock.getsockname()[1]}")
        async with asyncio.timeout(20), running_server(settings, sock):
            sending = asyncio.create_task(send_as_booth(place, "slot-001", PHOTO))
            while not parts.provider.calls:
                await asyncio.sleep(0.005)
        assert (await sending).head.status == 200
    with pytest.raises(CommandFailed):
        await send_as_booth(place, "slot-001", PHOTO)


async def test_a_server_does_not_wait_for_ever_for_who_takes_nothing(
    tmp_path: Path, parts: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def soon(ports: Ports) -> float:
        return ports.clock.monotonic() + 0.2

    monkeypatch.setattr(server, "_latest_leave", soon)
    parts.provider.script.append(Step(0.0, PHOTO.content + bytes(32 * 2**20)))
    settings = settings_in(tmp_path, ingest_password="123456")
    with listen("127.0.0.1", 0) as sock, socket.socket() as reader:
        address = sock.getsockname()
        async with asyncio.timeout(20), running_server(settings, sock):
            answer = await send_as_booth(
                Server.at(f"http://127.0.0.1:{address[1]}"), "slot-001", PHOTO
            )
            path = f"/public/results/{answer.head.headers['x-job-id']}"
            reader.connect(address)
            reader.sendall(f"GET {path} HTTP/1.1\r\nhost: h\r\n\r\n".encode())
            while not parts.media.handles:
                await asyncio.sleep(0.005)
    assert not parts.media.handles


@pytest.mark.parametrize("window", [10, 60])
async def test_the_latest_moment_to_leave_follows_the_window(window: int) -> None:
    world = MemoryWorld()
    await world.use.configure_settings({"sync_response_seconds": window}, by=Actor(name="test"))
    now = world.clock.monotonic()
    moment = await server._latest_leave(world.ports())
    assert now + window < moment < now + window + 20


async def test_whoever_keeps_late_answers_may_need_a_second_window() -> None:
    world = MemoryWorld()
    await world.use.configure_slot(
        "slot-002",
        {"late_result": "keep", "sync_response_seconds": 40},
        settings={},
        by=Actor(name="test"),
    )
    now = world.clock.monotonic()
    moment = await server._latest_leave(world.ports())
    assert now + 80 < moment < now + 100


async def test_without_the_database_the_longest_run_counts() -> None:
    class NoSettings:
        async def read(self) -> Settings:
            raise QueueUnavailable

    world = MemoryWorld()
    now = world.clock.monotonic()
    moment = await server._latest_leave(world.ports(settings=NoSettings()))
    assert now + 120 < moment < now + 140
