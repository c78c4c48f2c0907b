"""A whole installation is backed up while it works, and restored where nothing is."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import aiohttp
import pytest

from photochanger_adapters.postgres.embedded.server import embedded_postgres_blocking
from photochanger_cli.booth import BoothAnswer
from tests.databases import ask, empty_database
from tests.pictures import JPEG, PNG, picture
from tests.scrapes import samples

from .parts import Service, as_url, eventually, query, running_server
from .processes import Process, run

PHOTOS = 8
TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name NOT IN ('schema_migration', 'installation')
"""


def rows_of(folder: Path) -> dict[str, list[str]]:
    """Return all that the built-in database in *folder* holds, as text."""
    tables = [str(name) for (name,) in query(folder, TABLES)]
    return {
        name: [str(row) for (row,) in query(folder, f"SELECT t::text FROM {name} t ORDER BY 1")]  # noqa: S608 - a name of ours
        for name in tables
    }


def files_of(folder: Path) -> dict[str, int]:
    """Return the pictures below *folder*, with their sizes."""
    media = folder / "var" / "media"
    return {str(one.relative_to(media)): one.stat().st_size for one in media.rglob("payload.*")}


def promised_in(folder: Path) -> dict[str, int]:
    rows = query(folder, "SELECT path, size FROM media_object WHERE cleaned_at IS NULL")
    return {str(path): int(str(size)) for path, size in rows}


def done(answer: CompletedProcess[str]) -> dict[str, Any]:
    assert answer.returncode == 0, answer.stderr
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


def refused(answer: CompletedProcess[str]) -> str:
    """Check that a command failed in one line, and return it."""
    assert (answer.returncode, answer.stdout) == (1, "")
    [line] = answer.stderr.splitlines()
    return line


def backup(service: Service, archive: Path, *words: str) -> CompletedProcess[str]:
    return run("backup", str(archive), *words, folder=service.folder)


def restore(archive: Path, *words: str, folder: Path) -> CompletedProcess[str]:
    return run("restore", str(archive), *words, folder=folder)


@pytest.fixture(scope="module")
def busy(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service that has something to lose."""
    template = tmp_path_factory.mktemp("templates") / "style.png"
    template.write_bytes(picture(PNG))
    service.set("prompt=A pirate.", f"template.style={template}", slot="slot-002")
    service.set("is_active=true", "gallery=key", "ingest_password=-", slot="slot-002", typed="a\n")
    return service


@pytest.fixture(scope="module")
def new(busy: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation that has been started once, and no more; its database stays up."""
    folder = tmp_path_factory.mktemp("new")
    with embedded_postgres_blocking(folder / "var" / "postgres"):
        with running_server(folder, busy.gemini_url):
            pass
        yield folder


async def send_many(service: Service) -> list[BoothAnswer]:
    return [await service.send(picture(JPEG, size=(64 + n, 64))) for n in range(PHOTOS)]


async def result(http: aiohttp.ClientSession, service: Service, job_id: str) -> bytes:
    async with http.get(f"{service.url}/public/results/{job_id}") as response:
        assert response.status == 200
        return await response.read()


async def test_an_installation_moves_while_it_works(
    busy: Service, new: Path, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    archive, told = tmp_path / "backup.tar", {}
    sending = asyncio.create_task(send_many(busy))
    while not sending.done():
        told = done(await asyncio.to_thread(backup, busy, archive, "--force", "--json"))
        assert (told["missing"], told["changed"]) == ([], [])
    await sending
    restored = done(await asyncio.to_thread(restore, archive, "--json", folder=new))
    assert (restored["rows"], restored["pictures"]) == (told["rows"], told["pictures"])
    assert (restored["missing"], restored["changed"]) == ([], [])
    assert (restored["accounts"], restored["accounts_left"]) == (0, 2)
    files = await asyncio.to_thread(files_of, new)
    assert files == await asyncio.to_thread(promised_in, new)
    assert len(files) == told["pictures"] > 1
    there = {path.split("/")[2] for path in files if path.startswith("results/")}
    key = {"PHOTOCHANGER_GEMINI_API_KEY": busy.variables["PHOTOCHANGER_GEMINI_API_KEY"]}
    with running_server(new, busy.gemini_url, **key) as moved:
        for job_id in there:
            assert await result(http, moved, job_id) == await result(http, busy, job_id)
        assert (await moved.send(slot="slot-002", password="a")).head.status == 200


async def test_whoever_watches_is_told_of_a_backup(
    busy: Service, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    began = time.time()
    assert done(await asyncio.to_thread(backup, busy, tmp_path / "a.tar", "--json"))["is_noted"]

    async def is_told() -> bool:
        async with http.get(f"{busy.url}/metrics") as answer:
            page = samples(await answer.text())
        return page.get("photochanger_backup_last_success_timestamp_seconds", 0) >= began

    await eventually(is_told, "the backup is seen")


def test_an_installation_is_replaced_only_when_told_to(
    busy: Service, new: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.tar"
    done(backup(busy, archive, "--json"))
    assert "--force" in refused(backup(busy, archive))
    line = refused(busy.command("restore", str(archive), "--force"))
    assert line.startswith("photochanger: a server or another command is using the database")
    done(restore(archive, "--force", "--json", folder=new))
    assert "--force replaces" in refused(restore(archive, folder=new))
    assert rows_of(new) == rows_of(busy.folder)
    assert files_of(new) == files_of(busy.folder)


def test_a_damaged_archive_changes_nothing_and_a_whole_one_fits_a_bare_database(
    busy: Service, new: Path, tmp_path: Path
) -> None:
    before = rows_of(new)
    archive = tmp_path / "backup.tar"
    words = ("-m", "photochanger_cli", "backup", "-", "--json")
    with Process(*words, folder=busy.folder, name="piped") as piped:
        assert piped.status() == 0, piped.errors
    assert json.loads(piped.errors)["pictures"] > 0
    content = (busy.folder / "piped.out").read_bytes()
    archive.write_bytes(content[:-1])
    line = refused(restore(archive, "--force", folder=new))
    assert line == "photochanger: the archive ends too early"
    assert rows_of(new) == before
    archive.write_bytes(content)
    with embedded_postgres_blocking(new / "var" / "postgres") as dsn, empty_database(dsn) as bare:
        where = {"DATABASE_URL": as_url(bare)}
        done(run("restore", str(archive), "--json", folder=tmp_path, variables=where))
        jobs = "SELECT job_id, status FROM job_history ORDER BY job_id"
        assert [tuple(row.values()) for row in ask(bare, jobs)] == busy.query(jobs)
    assert files_of(tmp_path) == files_of(busy.folder)
