"""Photos and cleanings up over real stores, killed anywhere."""

from __future__ import annotations

import asyncio
import inspect
import itertools
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Final, TypeVar

import pytest
from attrs import define, field, frozen
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.filesystem.object_store import FileObjectStore
from photochanger_adapters.filesystem.stray_files import FileStrayFiles
from photochanger_adapters.postgres.cleanup_runs import PgCleanupRuns
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.result_repo import PgResultRepo
from photochanger_adapters.postgres.traces import PgTraces
from photochanger_adapters.postgres.turns import PgTurns
from photochanger_adapters.system.clock import SystemClock
from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import UseCases
from photochanger_core.domain.cleanup import ORPHAN_AGE
from photochanger_core.domain.errors import CoreError, QueueUnavailable, ResultExpired
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from tests.cleaning import cleaned, removed
from tests.databases import ask, reset
from tests.ingesting import sent
from tests.memory_world import MemoryWorld

T = TypeVar("T")

EVER: Final = datetime.max.replace(tzinfo=UTC)
STORES: Final = ("jobs", "results", "media", "media_rows", "media_objects", "traces")
SETTINGS: Final = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],  # explaining takes ages
)


@define
class ShiftedClock(SystemClock):
    """The machine's clock, set to later: files are as old as the machine says.

    Attributes:
        shift: By how much.
    """

    shift: timedelta = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.shift


@define
class Life:
    """How many more trips to the stores, or back, a process makes before it is killed."""

    trips: int

    def spend(self) -> None:
        self.trips -= 1
        if self.trips < 0:
            raise QueueUnavailable("killed")


@frozen
class Mortal:
    """A store as seen by a process that is killed some day: before it does something, or after."""

    store: Any
    life: Life

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)
        return self._limited(method) if inspect.iscoroutinefunction(method) else method

    def _limited(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def limited(*args: object, **more: object) -> Any:
            self.life.spend()
            outcome = await method(*args, **more)
            try:
                self.life.spend()
            except QueueUnavailable:
                if hasattr(outcome, "close"):  # what the dead had open is closed
                    await outcome.close()
                raise
            return outcome

        return limited


@define(eq=False)
class Service:
    """Photos and cleanings up over a database and a folder.

    Attributes:
        runs: What the last process runs.
    """

    gateway: Gateway
    turns: PgTurns
    root: Path
    clock: ShiftedClock
    world: MemoryWorld
    runs: TaskRuns = field(factory=TaskRuns, init=False)

    @classmethod
    def over(cls, gateway: Gateway, turns: PgTurns, root: Path) -> Service:
        clock = ShiftedClock()
        world = MemoryWorld(clock=clock)  # type: ignore[arg-type] # real stores take real time
        return cls(gateway, turns, root, clock, world)

    async def prepare(self) -> None:
        await FileMediaStore(self.root).prepare()
        await FileObjectStore(self.root).prepare()

    def use(self, trips: int | None = None) -> UseCases:
        """Return the use cases of a process that makes so many trips; None: any number."""
        self.runs = TaskRuns()
        ports = self.world.ports(
            jobs=PgJobRepo(self.gateway),
            results=PgResultRepo(self.gateway),
            media=FileMediaStore(self.root),
            media_rows=PgMediaRepo(self.gateway),
            media_objects=FileObjectStore(self.root),
            stray_files=FileStrayFiles(self.root),
            cleanup_runs=PgCleanupRuns(self.gateway, self.gateway.dsn),
            traces=PgTraces(self.gateway),
            turns=self.turns,
            runs=self.runs,
        )
        if trips is None:
            return UseCases.over(ports)
        life = Life(trips)
        mortal = {name: Mortal(getattr(ports, name), life) for name in STORES}
        return UseCases.over(self.world.ports(**{**_all(ports), **mortal}))

    async def jobs(self) -> list[Job]:
        repo = PgJobRepo(self.gateway)
        rows = ask(self.gateway.dsn, "SELECT job_id FROM job_history")
        return [await repo.get(JobId(row["job_id"])) for row in rows]

    async def stored(self) -> set[JobId]:
        return {job_id async for _, job_id in FileMediaStore(self.root).kept_before(EVER)}


def _all(ports: Any) -> dict[str, Any]:
    return {name: getattr(ports, name) for name in ("stray_files", "cleanup_runs", "turns", "runs")}


class Crashing(RuleBasedStateMachine):
    gateway: ClassVar[Gateway]
    turns: ClassVar[PgTurns]
    runner: ClassVar[asyncio.Runner]

    def __init__(self) -> None:
        super().__init__()
        reset(self.gateway.dsn)
        self.folder = TemporaryDirectory()
        self.service = Service.over(self.gateway, self.turns, Path(self.folder.name))
        self.photos = itertools.count()
        self.promised: dict[JobId, str] = {}
        self.run(self.service.prepare())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @rule()
    def send(self) -> None:
        self.restart()  # otherwise jobs of those who were killed may be too many for a while
        self.run(self._send(None))

    @rule(trips=st.integers(0, 25))
    def send_killed(self, trips: int) -> None:
        with suppress(CoreError):
            self.run(self._send(trips))

    @rule(trips=st.integers(0, 25))
    def clean_up_killed(self, trips: int) -> None:
        self.run(self._clean_up(trips))

    @rule()
    def clean_up(self) -> None:
        self.run(removed(self.service.use().clean_up))

    @rule(hours=st.sampled_from([0.5, 1.5, 71, 73]))
    def wait(self, hours: float) -> None:
        self.service.clock.shift += timedelta(hours=hours)

    @rule()
    def restart(self) -> None:
        self.run(self.service.use().sweep_jobs.at_start())

    @invariant()
    def promises_hold(self) -> None:
        self.run(self._check())

    def teardown(self) -> None:
        self.restart()
        self.clean_up()
        self.service.clock.shift += ORPHAN_AGE
        self.clean_up()
        self.run(self._check_rest())
        self.folder.cleanup()

    async def _send(self, trips: int | None) -> None:
        self.service.world.use = self.service.use(trips)
        try:
            processed = await sent(self.service.world, b"%d" % next(self.photos))
        finally:
            await self.service.runs.idle()
        assert processed.job.result is not None
        self.promised[processed.job.job_id] = processed.job.result.sha256

    async def _clean_up(self, trips: int) -> None:
        with suppress(CoreError):
            await cleaned(self.service.use(trips).clean_up)

    async def _check(self) -> None:
        use, now = self.service.use(), self.service.clock.now()
        jobs = {job.job_id: job for job in await self.service.jobs()}
        assert self.promised.keys() <= jobs.keys()
        for job in jobs.values():
            if job.result is None:
                continue
            assert job.result.sha256 == self.promised.get(job.job_id, job.result.sha256)
            if now < job.result.expires_at:
                stored = await use.read_result(job.job_id)
                picture = b"".join([chunk async for chunk in stored.content.chunks()])
                await stored.content.close()
                assert sha256(picture).hexdigest() == job.result.sha256

    async def _check_rest(self) -> None:
        now = self.service.clock.now()
        live = {
            job.job_id
            for job in await self.service.jobs()
            if job.result is not None and not job.result.is_gone(now)
        }
        assert await self.service.stored() == live
        for job in await self.service.jobs():
            assert not job.is_running
            if job.result is not None and job.job_id not in live:
                assert job.result.cleaned_at is not None
                with pytest.raises(ResultExpired):
                    await self.service.use().read_result(job.job_id)
        assert await removed(self.service.use().clean_up) == {}


@pytest.fixture
def machine(dsn: str) -> Iterator[type[Crashing]]:
    gateway = Gateway(dsn=dsn, size=2)
    with asyncio.Runner() as runner:
        Crashing.gateway, Crashing.runner = gateway, runner
        Crashing.turns = PgTurns(gateway, dsn, SystemClock())
        runner.run(Crashing.turns.__aenter__())
        yield Crashing
        runner.run(Crashing.turns.__aexit__(None, None, None))
        runner.run(gateway.__aexit__())


def test_nothing_promised_goes_and_nothing_stays(machine: type[Crashing]) -> None:
    run_state_machine_as_test(machine, settings=SETTINGS)
