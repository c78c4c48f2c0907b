"""How long an administrator waits for each page, and whoever uses the API, of a real server."""

from __future__ import annotations

import json
import statistics
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aiohttp import ClientSession
from attrs import frozen

from tests.databases import ask
from tests.e2e.parts import Service, as_url, running_server

WINDOW: Final = "window_minutes=4320"
PATHS: Final = (
    "/slots",
    "/parts/slots",
    "/slots/slot-007",
    "/gallery",
    "/gallery?slot_id=slot-007",
    "/jobs",
    "/jobs?slot_id=slot-007&status=failed",
    "/audit",
    "/audit?slot_id=slot-007",
    "/settings",
    "/statistics",
    f"/statistics?{WINDOW}",
    f"/statistics?{WINDOW}&slot=slot-007",
    f"/parts/statistics?{WINDOW}",
    "/api/slots",
    "/api/stats/overview",
    "/api/stats/system",
    f"/api/stats/overview?{WINDOW}",
    f"/api/stats/slots?{WINDOW}",
    f"/api/stats/slots/slot-007?{WINDOW}",
    f"/api/stats/system?{WINDOW}",
    f"/api/stats/export.csv?{WINDOW}",
    "/api/jobs?limit=100",
    "/api/jobs?limit=100&slot_id=slot-007",
    "/api/jobs?limit=100&status=failed",
    "/api/jobs?limit=100&status=cancelled&slot_id=slot-007",
    "/api/jobs?limit=100&status=processing",
    "/api/jobs?limit=100&source=ui_test",
    "/api/audit",
)
_SOME_JOB: Final = """
    (SELECT 'done' AS was, job_id FROM job_history
    WHERE status = 'done' ORDER BY started_at DESC LIMIT 1)
    UNION ALL
    (SELECT 'failed', job_id FROM job_history
    WHERE status = 'failed' ORDER BY started_at DESC LIMIT 1)
"""
_NO_PROVIDER: Final = "http://127.0.0.1:9"
"""Nobody sends a photo."""


@frozen(kw_only=True)
class Waited:
    """How long some requests for an address took, in milliseconds."""

    path: str
    p50: float
    p95: float
    size: int

    def __str__(self) -> str:
        return (
            f"  {self.path:56} p50 {self.p50:6.1f} ms  p95 {self.p95:6.1f} ms  {self.size:7,} bytes"
        )


@contextmanager
def pages_server(dsn: str, folder: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Run a server on the database; yields where, and the headers of an administrator."""
    variables = {"PHOTOCHANGER_DATABASE_URL": as_url(dsn)}
    with running_server(folder, _NO_PROVIDER, **variables) as service:
        yield service.url, log_in(service)


def log_in(service: Service) -> Mapping[str, str]:
    """Log in as the first administrator; return the headers of who has."""
    who = {"username": "serg", "password": service.first_passwords()["serg"]}
    asked = urllib.request.Request(  # noqa: S310 - our own server
        f"{service.url}/api/login",
        data=json.dumps(who).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - the same
        return {"Authorization": f"Bearer {json.load(answer)['access_token']}"}


async def waits(dsn: str, folder: Path, rounds: int) -> AsyncIterator[Waited]:
    """Ask for each address so many times, one after another, once before it counts."""
    jobs = [f"/jobs/{row['job_id']}" for row in ask(dsn, _SOME_JOB)]
    with pages_server(dsn, folder) as (url, headers):
        async with ClientSession(headers=headers) as client:
            for path in (*PATHS, *jobs):
                await _ask(client, url + path)
                yield _waited(path, [await _ask(client, url + path) for _ in range(rounds)])


def _waited(path: str, asked: list[tuple[float, int]]) -> Waited:
    took = [milliseconds for milliseconds, _ in asked]
    return Waited(
        path=path,
        p50=statistics.median(took),
        p95=statistics.quantiles(took, n=20, method="inclusive")[-1],
        size=asked[-1][1],
    )


async def _ask(client: ClientSession, url: str) -> tuple[float, int]:
    """Return the milliseconds until all of a page was there, and its bytes."""
    began = time.perf_counter()
    async with client.get(url, allow_redirects=False) as response:
        body = await response.read()
        if response.status != 200:
            raise SystemExit(f"{url} was answered with {response.status}")
    return (time.perf_counter() - began) * 1000, len(body)
