from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path

import psycopg2
import pytest

from photochanger_adapters.postgres.embedded import keeper
from photochanger_adapters.postgres.embedded.server import (
    embedded_postgres,
    embedded_postgres_blocking,
)
from tests.embedded_server import (
    answers,
    ask,
    is_alive,
    is_stopped,
    keeper_pid,
    server_pid,
    user_process,
    wait_until,
)


async def test_the_server_speaks_utf8_in_utc_on_loopback_only(fresh_base: Path) -> None:
    async with embedded_postgres(fresh_base) as dsn:
        names = ["server_encoding", "timezone", "listen_addresses", "unix_socket_directories"]
        asked = ", ".join(f"current_setting('{name}')" for name in names)
        assert ask(dsn, f"SELECT {asked}, lower('ЖÄ'), current_database()") == [
            ("UTF8", "UTC", "127.0.0.1", "", "жä", "photochanger")
        ]


async def test_the_password_is_asked_for_and_private(base: Path) -> None:
    async with embedded_postgres(base) as dsn:
        assert (base / "password").stat().st_mode & 0o777 == 0o600
        with pytest.raises(psycopg2.OperationalError, match="authentication failed"):
            ask(f"{dsn} password=guessed", "SELECT 1")


async def test_data_and_port_outlive_the_server(base: Path) -> None:
    async with embedded_postgres(base) as first:
        ask(first, "CREATE TABLE photo (name text)")
        ask(first, "INSERT INTO photo VALUES ('kept')")
    wait_until(lambda: is_stopped(base))
    async with embedded_postgres(base) as second:
        assert second == first
        assert ask(second, "SELECT name FROM photo") == [("kept",)]


async def test_a_copy_of_a_directory_is_not_taken_for_what_it_is_a_copy_of(base: Path) -> None:
    copy = base.with_name("copy")
    shutil.copytree(base, copy, symlinks=True)
    async with embedded_postgres(base) as first, embedded_postgres(copy) as second:
        for dsn, folder in ((first, base), (second, copy)):
            assert ask(dsn, "SHOW data_directory") == [(str(folder / "data"),)]
    wait_until(lambda: is_stopped(copy))


async def test_overlapping_processes_share_one_server_and_the_last_one_ends_it(base: Path) -> None:
    with user_process(base) as first:
        dsn = first.wait_for_dsn()
        pids = server_pid(base), keeper_pid(base)
        async with embedded_postgres(base) as second:
            assert second == dsn
            assert first.leave() == ""
            assert ask(second, "SELECT 1") == [(1,)]
            assert (server_pid(base), keeper_pid(base)) == pids
    wait_until(lambda: not any(map(is_alive, pids)))


async def test_an_interrupt_at_one_terminal_leaves_the_server_to_the_others(base: Path) -> None:
    with user_process(base) as first:
        assert first.wait_for_dsn()
        async with embedded_postgres(base) as dsn:
            server = server_pid(base)
            os.killpg(first.process.pid, signal.SIGINT)
            assert "KeyboardInterrupt" in first.leave()
            assert ask(dsn, "SELECT 1") == [(1,)]
            assert server_pid(base) == server


def test_a_half_made_data_directory_is_thrown_away(fresh_base: Path) -> None:
    abandoned = fresh_base / "data.new-abandoned"
    abandoned.mkdir(parents=True)
    with embedded_postgres_blocking(fresh_base):
        assert not abandoned.exists()


async def test_a_user_cancelled_while_it_enters_leaves_nothing_behind(fresh_base: Path) -> None:
    async def enter() -> None:
        async with embedded_postgres(fresh_base):
            raise AssertionError("cancelled before")

    entering = asyncio.create_task(enter())
    await asyncio.to_thread(wait_until, (fresh_base / "keeper.lock").exists)
    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering
    await asyncio.to_thread(wait_until, lambda: is_stopped(fresh_base))
    with embedded_postgres_blocking(fresh_base) as dsn:
        assert answers(dsn)


def test_the_log_does_not_grow_without_end(base: Path) -> None:
    with embedded_postgres_blocking(base) as dsn:
        with (base / "postgres.log").open("a") as log:
            log.write("x" * (keeper.LOG_BYTES + 1))
        wait_until(lambda: (base / "postgres.log").stat().st_size < keeper.LOG_BYTES)
        with pytest.raises(psycopg2.errors.UndefinedTable):
            ask(dsn, "SELECT 'a secret' FROM nowhere")
        words = (base / "postgres.log").read_text()
        assert "nowhere" in words
        assert "a secret" not in words
