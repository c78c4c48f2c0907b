from __future__ import annotations

import asyncio
import socket
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import aiohttp
import psycopg2
import pytest

from photochanger_adapters.postgres.embedded.server import embedded_postgres
from photochanger_adapters.postgres.gateway import Lock

from .parts import as_url, eventually, running_service, server
from .processes import PATIENCE, Process, free_port, run


def variables(**more: str) -> dict[str, str]:
    return {"HOST": "127.0.0.1", "PORT": str(free_port()), **more}


async def test_work_in_hand_is_answered_before_leaving(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        service.behave(delay_seconds=1.5)
        sending = asyncio.create_task(service.send())
        await eventually(lambda: service.calls() == 1, "the provider is asked")
        service.server.tell_to_leave()
        answer = await sending
        assert answer.head.status == 200
        assert await asyncio.to_thread(service.server.status) == 0
        assert set(service.statuses().values()) == {"done"}


async def test_a_photo_whose_sender_has_left_is_kept_before_leaving(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        service.behave(delay_seconds=1.5)
        sending = asyncio.create_task(service.send())
        await eventually(lambda: service.calls() == 1, "the provider is asked")
        sending.cancel()
        service.server.tell_to_leave()
        assert await asyncio.to_thread(service.server.status) == 0
        assert set(service.statuses().values()) == {"done"}
        assert len(service.files()) == 1


async def test_whoever_has_started_a_server_hears_when_it_serves_lives_and_leaves(
    tmp_path: Path,
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(PATIENCE)

        def heard_until(last: bytes) -> set[bytes]:
            heard = set()
            while last not in heard:
                heard.add(listener.recv(100))
            return heard - {last}

        given = variables(NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="300000")
        with server(tmp_path, given) as starting:
            assert await asyncio.to_thread(heard_until, b"READY=1") <= {b"WATCHDOG=1"}
            assert "PhotoChanger is ready: " in starting.output
            assert await asyncio.to_thread(heard_until, b"WATCHDOG=1") == set()
            starting.tell_to_leave()
            assert await asyncio.to_thread(heard_until, b"STOPPING=1") <= {b"WATCHDOG=1"}
            assert await asyncio.to_thread(starting.status) == 0


async def test_two_servers_start_together_on_one_fresh_database(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with embedded_postgres(tmp_path / "postgres") as dsn:
        given = [variables(DATABASE_URL=as_url(dsn), INGEST_PASSWORD="123456") for _ in range(2)]
        with (
            server(tmp_path, given[0], "first") as first,
            server(tmp_path, given[1], "second") as second,
        ):
            for process in (first, second):
                url = await asyncio.to_thread(process.line, "PhotoChanger is ready: ")
                async with http.get(f"{url}/healthz") as answer:
                    assert answer.status == 200


async def test_a_server_that_waits_for_its_migration_says_so(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with embedded_postgres(tmp_path / "postgres") as dsn:
        given = variables(DATABASE_URL=as_url(dsn))
        url = f"http://127.0.0.1:{given['PORT']}"
        with closing(psycopg2.connect(dsn)) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [int(Lock.MIGRATION)])
            with server(tmp_path, given) as starting:
                await eventually(partial(answers, http, f"{url}/healthz"), "it listens")
                async with http.get(f"{url}/healthz") as answer:
                    assert (answer.status, (await answer.json())["stage"]) == (503, "starting")
                assert await answers(http, f"{url}/livez")
                cursor.execute("SELECT pg_advisory_unlock(%s)", [int(Lock.MIGRATION)])
                await asyncio.to_thread(starting.line, "PhotoChanger is ready: ")
                async with http.get(f"{url}/healthz") as answer:
                    assert (answer.status, (await answer.json())["stage"]) == (200, "serving")


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    with suppress(aiohttp.ClientConnectionError):
        async with http.get(url) as answer:
            return answer.status > 0
    return False


async def test_a_second_server_on_a_port_leaves_the_first_one_alone(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        service.behave(delay_seconds=3)
        sending = asyncio.create_task(service.send())
        await eventually(lambda: service.calls() == 1, "the provider is asked")
        second = await asyncio.to_thread(service.command, "serve")
        assert second.returncode == 1
        assert "cannot listen on" in second.stderr
        assert (await sending).head.status == 200


def test_a_first_password_is_made_up_and_told_by_its_place(tmp_path: Path) -> None:
    given = variables()
    path = tmp_path / "var" / "secrets" / "ingest_password"
    with server(tmp_path, given) as first:
        first.line("PhotoChanger is ready: ")
        assert str(path) in first.errors
        password = path.read_text().strip()
        assert password not in first.output + first.errors
    with server(tmp_path, given, "again") as again:
        again.line("PhotoChanger is ready: ")
        assert str(path) not in again.errors
    assert path.read_text().strip() == password


def test_the_database_is_logged_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://me:hidden@127.0.0.1:1/photos"
    refused = run("serve", folder=tmp_path, variables=variables(DATABASE_URL=url))
    assert refused.returncode == 1
    assert "postgresql://me@127.0.0.1:1/photos" in refused.stderr
    assert refused.stderr.splitlines()[-1].startswith("photochanger: queue_unavailable")
    assert "hidden" not in refused.stderr


@pytest.mark.parametrize(
    "name, text",
    [
        ("PORT", "many"),
        ("GEMINI_BASE_URL", "http://far"),
        ("DATABASE_URL", "hidden"),
        ("TRUSTED_PROXIES", "hidden.example.org"),
    ],
)
def test_a_bad_variable_stops_the_start(tmp_path: Path, name: str, text: str) -> None:
    refused = run("serve", folder=tmp_path, variables=variables(**{name: text}))
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"photochanger: {name} must ")
    assert len(refused.stderr.splitlines()) == 1
    assert "hidden" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words, more, problem",
    [
        (["-O"], {}, "-O"),
        ([], {"AIOHTTP_NO_EXTENSIONS": "1"}, "C parser"),
    ],
)
def test_a_lenient_interpreter_is_refused(
    tmp_path: Path, words: list[str], more: dict[str, str], problem: str
) -> None:
    words = [*words, "-m", "photochanger_cli", "serve"]
    given = variables(**more)
    with Process(*words, folder=tmp_path, name="server", variables=given) as process:
        assert process.status() == 1
    assert problem in process.errors
    assert not (tmp_path / "var").exists()


async def test_a_command_without_the_server_packages_says_what_to_install(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['aiopg'] = None\n"
        "from photochanger_cli.__main__ import main\n"
        "sys.exit(main(['serve']))"
    )
    with Process("-c", script, folder=tmp_path, name="server") as process:
        assert process.status() == 2
    assert "pip install 'photochanger[server]'" in process.errors
    assert len(process.errors.splitlines()) == 1


def test_help_needs_no_server_packages(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from photochanger_cli.arguments import parser\n"
        "parser()\n"
        "heavy = {'aiohttp', 'aiopg', 'psycopg2', 'sqlalchemy', 'PIL', 'structlog', 'orjson'}\n"
        "heavy |= {'jwt', 'argon2'}\n"
        "sys.exit(', '.join(heavy & sys.modules.keys()) or 0)"
    )
    with Process("-c", script, folder=tmp_path, name="help") as process:
        assert process.status() == 0, process.errors


def test_serving_begins_without_what_is_seldom_asked_for(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "import photochanger_cli.commands.serve\n"
        "seldom = {'yaml', 'markdown_it', 'segno', 'photochanger_cli.embedded_database'}\n"
        "sys.exit(', '.join(seldom & sys.modules.keys()) or 0)"
    )
    with Process("-c", script, folder=tmp_path, name="imports") as process:
        assert process.status() == 0, process.errors
