"""Fakes and real repositories in lock-step: is there a call on which they differ?"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

import pytest
from attrs import evolve, frozen
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_adapters.memory.slot_repo import MemorySlotRepo, initial_slots
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.ids import SLOT_IDS, SlotId
from photochanger_core.domain.job import Job
from photochanger_core.ports.job_repo import Limits
from tests.databases import reset

from .samples import NOON, PLENTY, done, job_id
from .strategies import CHANGES, COUNTS, ENDS, JOBS, JSONS, MOMENTS, NUMBERS, SLOTS, TEXTS

SETTINGS = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],  # explaining takes ages
)


@frozen
class Real:
    """A database, and the one loop in which it is used."""

    dsn: str
    runner: asyncio.Runner
    gateway: Gateway


@pytest.fixture
def real(dsn: str) -> Iterator[Real]:
    gateway = Gateway(dsn=dsn, size=1)
    with asyncio.Runner() as runner:
        yield Real(dsn, runner, gateway)
        runner.run(gateway.__aexit__())


class InLockStep(RuleBasedStateMachine):
    """Says everything to both repositories and compares what comes back, or is raised."""

    real: ClassVar[Real]

    def __init__(self) -> None:
        super().__init__()
        reset(self.real.dsn)
        self.repos = self.both(self.real.gateway)

    @abstractmethod
    def both(self, gateway: Gateway) -> tuple[object, object]:
        """Return a fake, and a real repository over *gateway*."""

    def agree(self, verb: str, *args: object, **more: object) -> Any:
        run = self.real.runner.run
        fake, real = (run(_outcome(repo, verb, *args, **more)) for repo in self.repos)
        assert fake == real
        return fake


async def _outcome(repo: object, verb: str, *args: object, **more: object) -> Any:
    try:
        return await getattr(repo, verb)(*args, **more)
    except CoreError as error:
        return type(error)
    except Exception:
        return "a bug of the caller"


class JobsInLockStep(InLockStep):
    def both(self, gateway: Gateway) -> tuple[object, object]:
        return MemoryJobRepo(), PgJobRepo(gateway)

    @rule(job=JOBS, everywhere=COUNTS, slot=COUNTS)
    def admit(self, job: Job, everywhere: int, slot: int) -> None:
        self.agree("admit", job, Limits(everywhere=everywhere, slot=slot))

    @rule(job=JOBS)
    def start(self, job: Job) -> None:
        self.agree("start", job.processing())

    @rule(job=ENDS)
    def finish(self, job: Job) -> None:
        self.agree("finish", job)

    @rule(job=JOBS, expires_at=MOMENTS, now=MOMENTS, limit=COUNTS)
    def run_through(self, job: Job, expires_at: datetime, now: datetime, limit: int) -> None:
        self.agree("admit", job, PLENTY)
        self.agree("finish", done(job, expires_at))
        self.agree("expired", now, limit)

    @rule(numbers=st.sets(NUMBERS), lease_until=MOMENTS)
    def renew(self, numbers: Collection[int], lease_until: datetime) -> None:
        self.agree("renew", [job_id(number) for number in numbers], lease_until)

    @rule(now=MOMENTS, limit=COUNTS)
    def expired(self, now: datetime, limit: int) -> None:
        self.agree("expired", now, limit)

    @rule(number=NUMBERS, at=MOMENTS)
    def mark_cleaned(self, number: int, at: datetime) -> None:
        self.agree("mark_cleaned", job_id(number), at)

    @invariant()
    def same_jobs(self) -> None:
        self.agree("open_jobs")
        for number in range(1, 4):
            self.agree("get", job_id(number))


class SlotsInLockStep(InLockStep):
    def both(self, gateway: Gateway) -> tuple[object, object]:
        return MemorySlotRepo(), PgSlotRepo(gateway)

    @rule(slot_id=SLOTS, version=st.integers(0, 4), name=TEXTS, by=TEXTS, active=st.booleans())
    def save(self, slot_id: SlotId, version: int, name: str, by: str, *, active: bool) -> None:
        first, *_ = initial_slots()
        slot = evolve(first, slot_id=slot_id, display_name=name, updated_by=by, is_active=active)
        self.agree("save", evolve(slot, version=version))

    @rule(settings=st.dictionaries(TEXTS, JSONS, max_size=2))
    def save_settings(self, settings: Mapping[str, object]) -> None:
        slot = self.agree("get", SLOT_IDS[0])
        self.agree("save", evolve(slot, settings=settings, version=slot.version + 1))

    @rule(slot_id=SLOTS)
    def get(self, slot_id: SlotId) -> None:
        self.agree("get", slot_id)

    @invariant()
    def same_slots(self) -> None:
        self.agree("all")


class SettingsInLockStep(InLockStep):
    def both(self, gateway: Gateway) -> tuple[object, object]:
        return MemorySettingsRepo(), PgSettingsRepo(gateway)

    @rule(values=CHANGES, by=TEXTS, at=MOMENTS)
    def change(self, values: Mapping[str, object], by: str, at: datetime) -> None:
        self.agree("change", values, by=by, at=at)

    @rule(values=CHANGES, by=TEXTS, at=MOMENTS)
    def seed(self, values: Mapping[str, object], by: str, at: datetime) -> None:
        self.agree("seed", values, by=by, at=at)

    @rule()
    def change_what_there_is_not(self) -> None:
        self.agree("change", {"result_ttl_hours": 9, "no_such": 1}, by="", at=NOON)

    @invariant()
    def same_settings(self) -> None:
        self.agree("read")


@pytest.mark.parametrize("machine", [JobsInLockStep, SlotsInLockStep, SettingsInLockStep])
def test_fake_and_real_agree(machine: type[InLockStep], real: Real) -> None:
    bound = type(machine.__name__, (machine,), {"real": real})
    run_state_machine_as_test(bound, settings=SETTINGS)
