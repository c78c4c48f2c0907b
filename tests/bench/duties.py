"""A short way that has the product's duties for guest and studio: the floor and what it lacks.

``python -m tests.bench.duties PROVIDER PORT``, the database's address being in `DATABASE`, takes a
photo into a file without a name, hashing it on its way, also as the booth did; has another process
decode photo and answer; stores the answer so that it outlives a crash; and commits that a job
began, that the provider is asked, and how it ended. It has no limits, turns, deadlines, passwords,
settings, retries, previews, logs or metrics, knows no photo again, and trusts the provider.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha1, sha256
from io import FileIO
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

import aiopg
import pybase64
from aiohttp import BodyPartReader, ClientSession, TCPConnector, web
from attrs import define, field, frozen

from photochanger_adapters.filesystem.handle import Handle
from photochanger_adapters.filesystem.spool import nameless_file
from photochanger_adapters.images import pixels
from photochanger_adapters.images.process import MALLOC
from photochanger_adapters.images.source import Source
from photochanger_adapters.images.worker import confine

from .floor import BEFORE, BEHIND, CHUNK, TIMEOUT, livez, serve
from .lifetime import end_by_itself
from .slots import provider_path

T = TypeVar("T")

DATABASE: Final = "BENCH_DATABASE_URL"
RESULTS: Final = "duties"
"""The folder where results are kept, below the one that the program runs in."""

_FLUSHED: Final = 2 * CHUNK
_CONNECTIONS: Final = 10
_WORKERS: Final = 2
_WHOLE: Final = 1024
"""Pixels: answers are decoded at full size."""

_TABLES: Final = """
    CREATE SCHEMA IF NOT EXISTS duties;
    CREATE TABLE IF NOT EXISTS duties.job
        (id text PRIMARY KEY, slot text, sha256 text, status text, began timestamptz);
    CREATE TABLE IF NOT EXISTS duties.result
        (id text PRIMARY KEY, sha256 text, size int, stored timestamptz);
"""
_PREPARED: Final = """
    PREPARE begin_job AS INSERT INTO duties.job VALUES ($1, $2, $3, 'pending', now());
    PREPARE start_job AS UPDATE duties.job SET status = 'processing' WHERE id = $1;
    PREPARE end_job AS
        WITH ended AS (UPDATE duties.job SET status = 'done' WHERE id = $1 RETURNING id)
        INSERT INTO duties.result SELECT id, $2, $3::int, now() FROM ended;
"""


@define
class Jobs:
    """What is committed of jobs, over a few connections."""

    _address: str = field(repr=False)
    _idle: list[aiopg.Connection] = field(factory=list, init=False)
    _room: asyncio.Semaphore = field(factory=partial(asyncio.Semaphore, _CONNECTIONS), init=False)

    async def prepare(self) -> None:
        """Make the tables."""
        connection = await aiopg.connect(self._address, enable_hstore=False)
        await _run(connection, _TABLES)
        await connection.close()

    async def commit(self, text: str, *values: object) -> None:
        """Run one statement. A connection on which it fails is not used again."""
        async with self._room:
            connection = self._idle.pop() if self._idle else await self._opened()
            try:
                await _run(connection, text, *values)
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    async def _opened(self) -> aiopg.Connection:
        connection = await aiopg.connect(self._address, enable_hstore=False)
        await _run(connection, _PREPARED)
        return connection


async def _run(connection: aiopg.Connection, text: str, *values: object) -> None:
    async with connection.cursor() as cursor:
        await cursor.execute(text, values)


class Spool:
    """A photo in a file without a name."""

    def __init__(self) -> None:
        self._handle = Handle(lambda: nameless_file(Path(RESULTS)))
        self._sha256, self._sha1 = sha256(), sha1(usedforsecurity=False)
        self.size = 0

    def append(self, data: bytes) -> None:
        """Write and hash what comes next."""
        self._handle.append(data)
        self._sha256.update(data)
        self._sha1.update(data)
        self.size += len(data)

    def read(self, place: int) -> bytes:
        """Return a piece."""
        return self._handle.read(place, _FLUSHED)

    @property
    def sha256(self) -> str:
        """What photos are told apart by."""
        return self._sha256.hexdigest()

    @property
    def sha1(self) -> str:
        """What booths say of a photo."""
        return self._sha1.hexdigest()

    @property
    def path(self) -> str:
        """Where another process finds it."""
        return f"/proc/{os.getpid()}/fd/{self._handle.fileno()}"

    def close(self) -> None:
        """Forget the photo."""
        self._handle.close()


@frozen
class Answer:
    """The provider's picture, and a file in memory with it."""

    picture: bytes
    sha256: str
    file: FileIO

    @classmethod
    def found_in(cls, document: bytes) -> Answer:
        """Take it out of what the provider said, without making text of megabytes."""
        start = document.index(b'"', document.index(b'"data":') + len(b'"data":')) + 1
        text = memoryview(document)[start : document.index(b'"', start)]
        picture = pybase64.b64decode(text, validate=True)
        file = FileIO(os.memfd_create("answer"), "r+b")
        file.write(picture)
        return cls(picture, sha256(picture).hexdigest(), file)

    @property
    def path(self) -> str:
        """Where another process finds it."""
        return f"/proc/{os.getpid()}/fd/{self.file.fileno()}"


@frozen(kw_only=True)
class Gateway:
    """What takes photos."""

    provider: str
    session: ClientSession
    jobs: Jobs
    workers: ProcessPoolExecutor

    async def ingest(self, request: web.Request) -> web.Response:
        """Answer a photo with the provider's picture."""
        photo = Spool()
        try:
            told = await _received(request, photo)
            if told != photo.sha1:
                raise web.HTTPBadRequest
            picture = await self._changed(request.match_info["slot"], photo)
        finally:
            asyncio.get_running_loop().run_in_executor(None, photo.close)
        return web.Response(body=picture, content_type="image/png")

    async def _changed(self, slot: str, photo: Spool) -> bytes:
        job = str(uuid4())
        await asyncio.gather(
            self.jobs.commit("EXECUTE begin_job (%s, %s, %s)", job, slot, photo.sha256),
            self._looked_at(photo.path, 1),
        )
        await self.jobs.commit("EXECUTE start_job (%s)", job)
        answer = await _in_thread(Answer.found_in, await self._asked(slot, photo))
        with answer.file:
            await self._looked_at(answer.path, _WHOLE)
        await _in_thread(_keep, slot, job, answer.picture)
        ended = (job, answer.sha256, len(answer.picture))
        await self.jobs.commit("EXECUTE end_job (%s, %s, %s)", *ended)
        return answer.picture

    async def _asked(self, slot: str, photo: Spool) -> bytes:
        size = len(BEFORE) + -(-photo.size // 3) * 4 + len(BEHIND)
        headers = {"Content-Type": "application/json", "Content-Length": str(size)}
        url = self.provider + provider_path(slot)
        async with self.session.post(url, data=_body(photo), headers=headers) as answer:
            return await answer.read()

    async def _looked_at(self, path: str, at_least: int) -> None:
        await asyncio.get_running_loop().run_in_executor(self.workers, look, path, at_least)


async def _received(request: web.Request, photo: Spool) -> str:
    """Take the form in, and return the hash that came with the photo."""
    told = ""
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.name == "fileToUpload":
            await _spooled(part, photo)
        elif part.name == "hash":
            told = await part.text()
        else:
            await part.read()
    return told


async def _spooled(part: BodyPartReader, photo: Spool) -> None:
    gathered = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        gathered += chunk
        if len(gathered) >= _FLUSHED:
            await _in_thread(photo.append, bytes(gathered))
            gathered.clear()
    await _in_thread(photo.append, bytes(gathered))


async def _body(photo: Spool) -> AsyncIterator[bytes]:
    yield BEFORE
    rest = b""
    for place in range(0, photo.size, _FLUSHED):
        data = rest + await _in_thread(photo.read, place)
        whole = len(data) - len(data) % 3
        rest = data[whole:]
        yield pybase64.b64encode(data[:whole])
    yield pybase64.b64encode(rest) + BEHIND


def get_ready(parent: int) -> None:
    """Make a process of the pool what a worker of the product is."""
    confine(parent, 0)
    pixels.only_the_three_formats()


def look(path: str, at_least: int) -> None:
    """Decode a picture, in a process of the pool."""
    source = Source.of(Path(path).read_bytes())
    pixels.computed(pixels.loaded(source, at_least=at_least))


def _keep(slot: str, job: str, picture: bytes) -> None:
    folder = Path(RESULTS, slot, job)
    folder.mkdir(parents=True)
    draft = folder / "draft"
    with draft.open("wb", buffering=0) as file:
        file.write(picture)
        os.fsync(file.fileno())
    draft.rename(folder / "payload.png")
    for each in (folder, folder.parent):
        descriptor = os.open(each, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


async def _in_thread(work: Callable[..., T], *values: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, work, *values)


def _workers() -> ProcessPoolExecutor:
    """Return processes, all of them there: the pool starts one when a task finds none idle."""
    os.environ.update(MALLOC)
    spawning, us = multiprocessing.get_context("spawn"), (os.getpid(),)
    pool = ProcessPoolExecutor(_WORKERS, spawning, get_ready, us)
    for one in [pool.submit(time.sleep, 0.1) for _ in range(_WORKERS)]:
        one.result()
    return pool


async def main(provider: str, port: int) -> None:
    """Serve until told to leave."""
    jobs = Jobs(os.environ[DATABASE])
    await jobs.prepare()
    connector = TCPConnector(limit=0, force_close=True)  # as the product: decision 5
    with _workers() as workers:
        async with ClientSession(connector=connector, timeout=TIMEOUT) as session:
            gateway = Gateway(provider=provider, session=session, jobs=jobs, workers=workers)
            app = web.Application()
            app.router.add_post("/ingest/{slot}", gateway.ingest)
            app.router.add_get("/livez", livez)
            await serve(app, port)


if __name__ == "__main__":
    end_by_itself()
    Path(RESULTS).mkdir(exist_ok=True)
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
