"""Signs of life for whoever has started the server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from photochanger_adapters.system.service_manager import ServiceManager
from photochanger_cli.settings import service_manager_from
from photochanger_cli.variables import Variables
from tests.memory_world import MemoryWorld

OWN_PID = 4711


@pytest.fixture(params=["file", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"{tmp_path}/notify" if request.param == "file" else f"@{tmp_path}"


@pytest.fixture
def listener(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("\0" + address[1:] if address.startswith("@") else address)
        sock.setblocking(False)
        yield sock


def told(listener: socket.socket) -> list[bytes]:
    """Return all that was told so far."""
    messages = []
    while True:
        try:
            messages.append(listener.recv(100))
        except BlockingIOError:
            return messages


def test_the_start_and_the_end_are_told(address: str, listener: socket.socket) -> None:
    manager = ServiceManager(address=address)
    manager.ready()
    manager.leaving()

    assert told(listener) == [b"READY=1", b"STOPPING=1"]


async def test_three_signs_of_life_come_in_the_time_of_the_watchdog(
    address: str,
    listener: socket.socket,
    world: MemoryWorld,  # in virtual time
) -> None:
    async with ServiceManager(address=address, watchdog_seconds=30).watched():
        await asyncio.sleep(29)
    assert told(listener) == [b"WATCHDOG=1"] * 3

    await asyncio.sleep(60)
    assert told(listener) == []


async def test_who_counts_nothing_is_told_nothing(address: str, listener: socket.socket) -> None:
    async with ServiceManager(address=address).watched():
        await asyncio.sleep(0)

    assert told(listener) == []


@pytest.mark.parametrize("nobody", [None, "/nowhere/notify", "@nobody"])
async def test_where_nobody_listens_nothing_happens(nobody: str | None) -> None:
    manager = ServiceManager(address=nobody, watchdog_seconds=30)
    async with manager.watched():
        await asyncio.sleep(0)
    manager.ready()


@pytest.mark.parametrize(
    "environment, manager",
    [
        ({}, ServiceManager()),
        ({"NOTIFY_SOCKET": "/run/n"}, ServiceManager(address="/run/n")),
        (
            {"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "30000000"},
            ServiceManager(address="/run/n", watchdog_seconds=30.0),
        ),
        (
            {"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": f"{OWN_PID}"},
            ServiceManager(address="/run/n", watchdog_seconds=30.0),
        ),
        (  # it is about the process that has started us
            {"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"},
            ServiceManager(address="/run/n"),
        ),
    ],
)
def test_the_environment_says_who_it_is(
    environment: dict[str, str], manager: ServiceManager
) -> None:
    assert service_manager_from(Variables(environment), own_pid=OWN_PID) == manager
