from __future__ import annotations

import os
import random
import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from photochanger_adapters.postgres.embedded.server import (
    EmbeddedPostgresError,
    embedded_postgres,
    embedded_postgres_blocking,
)
from tests.embedded_server import (
    UserProcess,
    answers,
    ask,
    is_alive,
    keeper_pid,
    server_pid,
    user_process,
    wait_until,
)


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_a_killed_user_counts_as_gone(base: Path) -> None:
    with user_process(base) as user:
        assert user.wait_for_dsn()
        pids = server_pid(base), keeper_pid(base)
        user.kill()
    wait_until(lambda: not any(map(is_alive, pids)))


async def test_a_killed_postgres_comes_back_on_the_same_port(base: Path) -> None:
    async with embedded_postgres(base) as dsn:
        ask(dsn, "CREATE TABLE photo AS SELECT 'kept' AS name")
        server, its_keeper = server_pid(base), keeper_pid(base)
        kill(server)
        wait_until(lambda: not is_alive(server) and answers(dsn))
        assert keeper_pid(base) == its_keeper
        assert ask(dsn, "SELECT name FROM photo") == [("kept",)]


@pytest.mark.parametrize("order", [["keeper"], ["keeper", "server"], ["server", "keeper"]])
async def test_a_running_user_gets_a_killed_keeper_back(base: Path, order: list[str]) -> None:
    async with embedded_postgres(base) as dsn:
        pids = {"server": server_pid(base), "keeper": keeper_pid(base)}
        kill(*(pids[name] for name in order))
        wait_until(lambda: not any(map(is_alive, pids.values())))
        wait_until(lambda: answers(dsn))
        async with embedded_postgres(base) as next_dsn:
            assert next_dsn == dsn


def test_after_everything_was_killed_the_next_user_finds_its_data(base: Path) -> None:
    with user_process(base) as user:
        dsn = user.wait_for_dsn()
        ask(dsn, "CREATE TABLE photo AS SELECT 'kept' AS name")
        pids = server_pid(base), keeper_pid(base)
        kill(user.process.pid, *pids)
    wait_until(lambda: not any(map(is_alive, pids)))
    with embedded_postgres_blocking(base) as dsn:
        assert ask(dsn, "SELECT name FROM photo") == [("kept",)]


@pytest.mark.parametrize("pid_file", ["", "{pid}\nstale\n"], ids=["empty", "reused number"])
def test_a_power_cut_leaves_stale_files_that_do_not_matter(base: Path, pid_file: str) -> None:
    (base / "data" / "postmaster.pid").write_text(pid_file.format(pid=os.getpid()))
    port = int((base / "port").read_text())
    with socket.create_server(("127.0.0.1", port)), embedded_postgres_blocking(base) as dsn:
        assert f"port={port}" not in dsn
        assert answers(dsn)


def test_a_stopped_server_is_reported_and_not_waited_for(base: Path) -> None:
    with embedded_postgres_blocking(base) as dsn:
        os.kill(server_pid(base), signal.SIGSTOP)
        with (
            pytest.raises(EmbeddedPostgresError, match=r"within 0.5 s; its log: nothing new"),
            embedded_postgres_blocking(base, patience=0.5),
        ):
            pass
        os.kill(server_pid(base), signal.SIGCONT)
        assert answers(dsn)


def test_a_storm_of_users_a_quarter_of_them_killed(fresh_base: Path) -> None:
    dice = random.Random(4)  # noqa: S311  a storm need not be secret
    users: list[UserProcess] = []
    complaints: list[str] = []
    servers: set[int] = set()
    with ExitStack() as started:
        for _ in range(120):
            step = dice.random()
            if not users or (step < 0.5 and len(users) < 5):
                users.append(started.enter_context(user_process(fresh_base)))
            elif step < 0.65:
                assert users[0].wait_for_dsn()
                servers |= {server_pid(fresh_base), keeper_pid(fresh_base)}
                users.append(users.pop(0))
            elif dice.random() < 0.25:
                users.pop(dice.randrange(len(users))).kill()
            else:
                complaints.append(users.pop(dice.randrange(len(users))).leave())
        complaints += [user.leave() for user in users]
    assert complaints == [""] * len(complaints)
    wait_until(lambda: not any(map(is_alive, servers)))
