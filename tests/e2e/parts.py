"""A server with every real part, and what is behind it."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, Final
from urllib.parse import quote

import psycopg2
from attrs import frozen
from psycopg2.extensions import parse_dsn

from photochanger_adapters.postgres.embedded.server import embedded_postgres_blocking
from photochanger_cli.booth import BoothAnswer, BoothPhoto
from photochanger_cli.booth_connection import Server, send_as_booth
from photochanger_web.locale import text
from tests.embedded_server import copy_base
from tests.pictures import JPEG, picture

from .processes import PATIENCE, Process, free_port, run

PASSWORD: Final = "123456"
SLOT: Final = "slot-001"
OPEN: Final = frozenset({"pending", "processing"})


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

    @property
    def base(self) -> Path:
        """The folder of the built-in database."""
        return self.folder / "var" / "postgres"

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

    def command(self, *words: str, typed: str = "") -> CompletedProcess[str]:
        """Run another command on the same installation."""
        return run(*words, folder=self.folder, variables=self.variables, typed=typed)

    def first_passwords(self) -> dict[str, str]:
        """Return administrators' passwords, if the server has told where they lie: only once."""
        kept = self.folder / "var" / "secrets" / "first_passwords"
        if f"The first passwords of administrators lie in {kept}\n" not in self.server.errors:
            return {}
        return dict(line.split() for line in kept.read_text().splitlines())

    def statuses(self) -> dict[str, str]:
        """Return every job and its status."""
        rows = query(self.folder, "SELECT job_id::text, status FROM job_history")
        return {str(job_id): str(status) for job_id, status in rows}

    def files(self) -> list[Path]:
        """Return every picture of the media store, but no preview: those come when they come."""
        files = (path for path in (self.folder / "var" / "media").rglob("*") if path.is_file())
        return [path for path in files if path.name not in ("preview.webp", "installation")]

    async def send(
        self,
        photo: bytes | None = None,
        *,
        slot: str = SLOT,
        password: str = PASSWORD,
        key: str | None = None,
    ) -> BoothAnswer:
        """Send a photo as a booth; *key* makes it idempotent."""
        content = picture(JPEG) if photo is None else photo
        booth_photo = BoothPhoto.of(
            content, time=1758217512, password=password, idempotency_key=key
        )
        return await send_as_booth(Server.at(self.url), slot, booth_photo)

    def set(self, *changes: str, slot: str | None = None, typed: str = "") -> None:
        """Change the settings, or a slot."""
        words = ("settings", "set") if slot is None else ("slots", "set", slot)
        done = self.command(*words, *changes, typed=typed)
        assert done.returncode == 0, done.stderr

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Return the rows that the database answers with."""
        return query(self.folder, statement)

    def in_flight(self) -> int:
        """Return how many jobs are open."""
        return sum(status in OPEN for status in self.statuses().values())


@contextmanager
def running_service(folder: Path, **variables: str) -> Iterator[Service]:
    """Run a server and its stand-in in *folder*, which may hold an earlier installation."""
    with simulator(folder) as gemini:
        variables["PHOTOCHANGER_GEMINI_API_KEY"] = gemini.line("PHOTOCHANGER_GEMINI_API_KEY=")
        gemini_url = gemini.line("PHOTOCHANGER_GEMINI_BASE_URL=")
        with running_server(folder, gemini_url, **variables) as service:
            yield service


@contextmanager
def running_server(
    folder: Path, gemini_url: str, *, name: str = "server", **variables: str
) -> Iterator[Service]:
    """Run a server in *folder*, on the database and the media of others there.

    Where there are none, an empty database is put there: demos and `tests/db` start from nothing.
    """
    given = {
        "PHOTOCHANGER_HOST": "127.0.0.1",
        "PHOTOCHANGER_PORT": str(free_port()),
        "PHOTOCHANGER_INGEST_PASSWORD": PASSWORD,
        "PHOTOCHANGER_GEMINI_BASE_URL": gemini_url,
        **variables,
    }
    if not (folder / "var").exists():
        (folder / "var").mkdir()
        copy_base(folder / "var" / "postgres")
    with server(folder, given, name) as running:
        running.line("PhotoChanger is ready: ")
        yield Service(folder=folder, variables=given, gemini_url=gemini_url, server=running)


def refusal(answer: BoothAnswer, status: int, reason: str) -> dict[str, Any]:
    """Check that *answer* is an error in the one shape, in our words, and return its details."""
    told = json.loads(answer.body)
    assert (answer.head.status, told["failure_reason"]) == (status, reason), told
    assert answer.head.headers["content-type"].startswith("application/json")
    assert ("retry-after" in answer.head.headers) is (status in (429, 503))
    assert told.keys() == {"status", "failure_reason", "error"}
    assert told["status"] == ("timeout" if status == 504 else "error")
    error = told["error"]
    assert error.keys() == {"code", "message", "details", "correlation_id"}
    assert error["correlation_id"] == answer.head.headers["x-correlation-id"]
    problem = text("en", f"problem.{error['details'].get('problem', 'malformed')}", {})
    assert error["message"] == text("en", reason, error["details"] | {"problem_text": problem})
    details: dict[str, Any] = error["details"]
    return details


def simulator(folder: Path) -> Process:
    return Process("-m", "photochanger_cli", "simulate", "--port=0", folder=folder, name="gemini")


def server(folder: Path, variables: Mapping[str, str], name: str = "server") -> Process:
    return Process("-m", "photochanger_cli", "serve", folder=folder, name=name, variables=variables)


def query(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """Return the rows that the built-in database in *folder* answers *statement* with."""
    with embedded_postgres_blocking(folder / "var" / "postgres") as dsn:
        connection = psycopg2.connect(dsn)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            connection.close()


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
