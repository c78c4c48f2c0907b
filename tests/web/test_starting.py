"""Somebody calls while the server starts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from photochanger_web.starting import answering_at_start

from .booth import captured, get, post


@pytest.fixture
def sock() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


async def test_a_long_start_is_told(sock: socket.socket) -> None:
    port = sock.getsockname()[1]
    async with answering_at_start(sock, patience=0):
        health, life = await get(port, "/healthz"), await get(port, "/livez")
        photo = await post(port, captured())

    assert (health.status, health.json) == (
        503,
        {
            "status": "failed",
            "stage": "starting",
            "components": {},
            "providers": {},
            "last_cleanup_at": None,
        },
    )
    assert (life.status, life.json) == (200, {"status": "ok"})
    assert (photo.status, photo.code) == (503, "queue_unavailable")
    assert photo.headers["retry-after"] == "5"


async def test_whoever_comes_during_a_short_start_waits(sock: socket.socket) -> None:
    port = sock.getsockname()[1]
    async with answering_at_start(sock):
        waiting = asyncio.create_task(get(port, "/livez"))
        await asyncio.sleep(0)
    async with answering_at_start(sock, patience=0):  # stands for the server
        assert (await waiting).status == 200
