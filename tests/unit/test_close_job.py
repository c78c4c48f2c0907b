"""A paid picture is not lost because the database is away for a moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import define, field

from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.result_repo import MemoryResultRepo
from photochanger_adapters.memory.turns import MemoryTurns
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.job import Job, JobStatus
from photochanger_core.use_cases.accept_upload import UploadHead
from photochanger_core.use_cases.visit import Processed
from tests.memory_world import MemoryWorld
from tests.uploads import PASSWORD, Line, photo, text

HEAD = UploadHead(
    slot="slot-001",
    address="192.0.2.7",
    content_type="multipart/form-data",
    content_encoding=None,
    content_length=None,
)


@define
class ShakyJobRepo(MemoryJobRepo):
    """Jobs in memory; storing an end fails until told moments have passed.

    Attributes:
        monotonic: Tells the time.
        back_at: When storing works again.
        is_heard: Whether what fails was done all the same.
    """

    monotonic: Callable[[], float] = field(kw_only=True)
    back_at: float = field(default=0.0, kw_only=True)
    is_heard: bool = field(default=False, kw_only=True)

    async def finish(self, job: Job) -> bool:
        if self.monotonic() >= self.back_at:
            return await super().finish(job)
        if self.is_heard:
            await super().finish(job)
        raise QueueUnavailable


async def ingest(world: MemoryWorld, jobs: ShakyJobRepo) -> Processed:
    use = UseCases.over(
        world.ports(jobs=jobs, results=MemoryResultRepo(jobs), turns=MemoryTurns(jobs, world.clock))
    )
    await use.configure_settings({"ingest_password": PASSWORD}, by=Actor(name="test"))
    accepted = await use.accept_upload(HEAD)
    form = Line([text("password", PASSWORD.encode()), photo()])
    return await use.ingest_photo(accepted, form.parts())


@pytest.mark.parametrize("is_heard", [True, False])
async def test_a_moment_without_database_costs_no_picture(
    world: MemoryWorld, is_heard: bool
) -> None:
    world.provider.seconds = 5
    jobs = ShakyJobRepo(monotonic=world.clock.monotonic, back_at=7, is_heard=is_heard)
    picture = await ingest(world, jobs)

    assert (await jobs.get(picture.job.job_id)).status is JobStatus.DONE
    await picture.content.close()


async def test_a_database_that_stays_away_is_not_waited_for(world: MemoryWorld) -> None:
    world.provider.seconds = 5
    jobs = ShakyJobRepo(monotonic=world.clock.monotonic, back_at=3600)
    with pytest.raises(QueueUnavailable):
        await ingest(world, jobs)

    assert world.clock.monotonic() < 10
