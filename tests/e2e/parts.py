"""The real parts, as processes on this machine."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import psycopg2
from attrs import frozen
from psycopg2.extensions import parse_dsn

from photochanger_adapters.postgres.embedded import embedded_postgres_blocking
from photochanger_cli.booth import BoothAnswer, BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from tests.pictures import JPEG, picture

PATIENCE: Final = 60.0
"""Seconds until something that does not come is given up."""

PASSWORD: Final = "123456"
SLOT: Final = "slot-001"

_PASSED_ON: Final = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_START")


class Process:
    """A command of `photochanger`, running; killed when left."""

    def __init__(
        self, *words: str, folder: Path, name: str, variables: Mapping[str, str] | None = None
    ) -> None:
        self._output = folder / f"{name}.out"
        self._errors = folder / f"{name}.err"
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, *words],
                cwd=folder,
                env=environment(variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def errors(self) -> str:
        return self._errors.read_text()

    def line(self, beginning: str) -> str:
        """Wait for a line of output with this *beginning* and return what follows it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            over = self._process.poll() is not None
            for line in self.output.splitlines(keepends=True):
                if line.startswith(beginning) and line.endswith("\n"):
                    return line.removeprefix(beginning).strip()
            if over:
                break
            time.sleep(0.02)
        raise AssertionError(f"no {beginning!r} in: {self.output}\n{self.errors}")

    def tell_to_leave(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def status(self) -> int:
        """Wait for the end and return the exit status."""
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment that holds nothing of this one that a server would heed."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, **(variables or {})}


def run(
    *words: str, folder: Path, variables: Mapping[str, str] | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command of `photochanger` to its end."""
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "photochanger_cli", *words],
        cwd=folder,
        env=environment(variables),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


@frozen(kw_only=True)
class Service:
    """A server with its stand-in for Gemini."""

    folder: Path
    variables: Mapping[str, str]
    gemini_url: str
    server: Process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.variables['PHOTOCHANGER_PORT']}"

    def behave(self, **behaviour: object) -> None:
        """Have the stand-in behave so from now on, or as often as told."""
        body = json.dumps(behaviour).encode()
        asked = urllib.request.Request(  # noqa: S310 - our own stand-in
            f"{self.gemini_url}/_simulator/behaviour", data=body, method="PUT"
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - the same
            assert answer.status == 204

    def calls(self) -> int:
        """Return how often the stand-in was asked."""
        url = f"{self.gemini_url}/_simulator/received"
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 - our own
            return len(json.load(answer)["received"])

    def command(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run another command on the same installation."""
        return run(*words, folder=self.folder, variables=self.variables, typed=typed)

    def query(self, text: str) -> list[tuple[object, ...]]:
        """Return the rows that the database answers *text* with."""
        with embedded_postgres_blocking(self.folder / "var" / "postgres") as dsn:
            connection = psycopg2.connect(dsn)
            try:
                with connection.cursor() as cursor:
                    cursor.execute(text)
                    return list(cursor.fetchall())
            finally:
                connection.close()

    def statuses(self) -> dict[str, str]:
        """Return every job and its status."""
        rows = self.query("SELECT job_id::text, status FROM job_history")
        return {str(job_id): str(status) for job_id, status in rows}

    def files(self) -> list[Path]:
        """Return every file of the media store."""
        return [path for path in (self.folder / "var" / "media").rglob("*") if path.is_file()]

    async def send(
        self, photo: bytes | None = None, *, slot: str = SLOT, password: str = PASSWORD
    ) -> BoothAnswer:
        """Send a photo as a booth."""
        content = picture(JPEG) if photo is None else photo
        booth_photo = BoothPhoto.of(content, time=1758217512, password=password)
        return await send_as_booth(Server.at(self.url), slot, booth_photo)


@contextmanager
def running_service(folder: Path, **variables: str) -> Iterator[Service]:
    """Run a server and its stand-in in *folder*, which may hold an earlier installation."""
    with ExitStack() as stack:
        gemini = stack.enter_context(simulator(folder))
        gemini_url = gemini.line("PHOTOCHANGER_GEMINI_BASE_URL=")
        given = {
            "PHOTOCHANGER_HOST": "127.0.0.1",
            "PHOTOCHANGER_PORT": str(free_port()),
            "PHOTOCHANGER_INGEST_PASSWORD": PASSWORD,
            "PHOTOCHANGER_GEMINI_BASE_URL": gemini_url,
            "PHOTOCHANGER_GEMINI_API_KEY": gemini.line("PHOTOCHANGER_GEMINI_API_KEY="),
            **variables,
        }
        running = stack.enter_context(server(folder, given))
        running.line("PhotoChanger is ready: ")
        yield Service(folder=folder, variables=given, gemini_url=gemini_url, server=running)


def simulator(folder: Path) -> Process:
    return Process("-m", "photochanger_cli", "simulate", "--port=0", folder=folder, name="gemini")


def server(folder: Path, variables: Mapping[str, str], name: str = "server") -> Process:
    return Process("-m", "photochanger_cli", "serve", folder=folder, name=name, variables=variables)


def as_url(dsn: str) -> str:
    """Return a connection string as the address that operators write."""
    parts = parse_dsn(dsn)
    password = quote(parts["password"], safe="")
    return (
        f"postgresql://{parts['user']}:{password}@{parts['host']}:{parts['port']}/{parts['dbname']}"
    )


async def eventually(check: Callable[[], Awaitable[bool] | bool], what: str) -> None:
    """Wait until *check* says yes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = check()
        if answer if isinstance(answer, bool) else await answer:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"never came: {what}")
