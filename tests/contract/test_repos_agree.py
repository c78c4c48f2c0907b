"""Fakes and real repositories in lock-step: is there a call on which they differ?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
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

from photochanger_adapters.memory.audit import MemoryAudit
from photochanger_adapters.memory.changes import MemoryChanges
from photochanger_adapters.memory.cleanup_runs import MemoryCleanupRuns
from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.login_failures import MemoryLoginFailures
from photochanger_adapters.memory.media_repo import MemoryMediaRepo
from photochanger_adapters.memory.provider_keys import MemoryProviderKeys
from photochanger_adapters.memory.result_repo import MemoryResultRepo
from photochanger_adapters.memory.revoked_tokens import MemoryRevokedTokens
from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_adapters.memory.slot_repo import MemorySlotRepo, initial_slots
from photochanger_adapters.memory.traces import MemoryTraces
from photochanger_adapters.memory.turns import MemoryTurns
from photochanger_adapters.postgres.audit import PgAudit
from photochanger_adapters.postgres.changes import PgChanges
from photochanger_adapters.postgres.gateway import Gateway
from photochanger_adapters.postgres.job_repo import PgJobRepo
from photochanger_adapters.postgres.login_failures import PgLoginFailures
from photochanger_adapters.postgres.media_repo import PgMediaRepo
from photochanger_adapters.postgres.provider_keys import PgProviderKeys
from photochanger_adapters.postgres.result_repo import PgResultRepo
from photochanger_adapters.postgres.revoked_tokens import PgRevokedTokens
from photochanger_adapters.postgres.settings_repo import PgSettingsRepo
from photochanger_adapters.postgres.slot_repo import PgSlotRepo
from photochanger_adapters.postgres.traces import PgTraces
from photochanger_adapters.postgres.turns import PgTurns
from photochanger_core.domain.audit import AuditEntry
from photochanger_core.domain.changes import Change, Missed
from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.ids import SLOT_IDS, JobId, SlotId
from photochanger_core.domain.job import Job, JobStatus
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.place import Place
from photochanger_core.domain.provider_key import Sealed
from photochanger_core.ports.audit import AuditFilter
from photochanger_core.ports.changes import ChangesPort
from photochanger_core.ports.job_repo import Limits
from tests.databases import reset

from .clocks import SteppedClock
from .following import END, end_of, listening, told, told_until
from .samples import NOON, PLENTY, TICK, TTL, claims_of, job_id, media_id
from .strategies import (
    AUDIT_FILTERS,
    CHANGES,
    COUNTS,
    ENDS,
    ENTRIES,
    FAILURES,
    JOB_SLOTS,
    JOBS,
    JSONS,
    KEY_CHANGES,
    KEYS,
    LIMITS,
    LIVE,
    LOGIN_MOMENTS,
    LOGIN_NAMES,
    MEDIA,
    MOMENTS,
    NUMBERS,
    PHOTOS,
    PLACES,
    PROVIDERS,
    RUNNING_ON,
    SEALS,
    SLOT_CHANGES,
    SLOTS,
    TEMPLATES,
    TEXTS,
    WINDOWS,
)

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
    changes: PgChanges


@pytest.fixture
def real(dsn: str) -> Iterator[Real]:
    gateway, changes = Gateway(dsn=dsn, size=1), PgChanges(dsn)
    with asyncio.Runner() as runner:
        runner.run(changes.__aenter__())
        runner.run(listening(changes))
        yield Real(dsn, runner, gateway, changes)
        runner.run(changes.__aexit__())
        runner.run(gateway.__aexit__())


Pair = tuple[object, object]
"""A fake, and the real one."""


class InLockStep(RuleBasedStateMachine):
    """Says everything to both repositories and compares what comes back, or is raised."""

    real: ClassVar[Real]

    def __init__(self) -> None:
        super().__init__()
        reset(self.real.dsn)
        self.changes = MemoryChanges()
        self.following = ExitStack()
        self.told = [self._follow(changes) for changes in (self.changes, self.real.changes)]

    def _follow(self, changes: ChangesPort) -> AsyncIterator[Change]:
        stream = self.following.enter_context(changes.follow())
        assert self.real.runner.run(told(stream)) == [Missed()]
        return stream

    def teardown(self) -> None:
        """Compare what was told of changes."""
        self.changes.tell(END)
        end_of(self.real.dsn)
        fake, real = (self.real.runner.run(told_until(stream, END)) for stream in self.told)
        self.following.close()
        assert fake == real

    def agree(self, pair: Pair, verb: str, *args: object, **more: object) -> Any:
        run = self.real.runner.run
        fake, real = (run(_outcome(repo, verb, *args, **more)) for repo in pair)
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
    def __init__(self) -> None:
        super().__init__()
        gateway, clock = self.real.gateway, SteppedClock(NOON + 2 * TICK)
        self.fake = MemoryJobRepo(self.changes)
        self.jobs = self.fake, PgJobRepo(gateway)
        self.results = MemoryResultRepo(self.fake), PgResultRepo(gateway)
        self.turns = MemoryTurns(self.fake, clock), PgTurns(gateway, self.real.dsn, clock)
        self.clock = clock
        fake_traces = MemoryTraces(self.fake, MemoryAudit(), MemoryCleanupRuns())
        self.traces = fake_traces, PgTraces(gateway)

    @rule(job=JOBS, limits=LIMITS, dedupe=WINDOWS, live=LIVE)
    def admit(
        self, job: Job, limits: Limits, dedupe: timedelta | None, live: Collection[JobId]
    ) -> None:
        if job.job_id not in self.fake.jobs:  # else a bug of the caller, which costs a ticket
            self.agree(self.jobs, "admit", job, limits, dedupe=dedupe, live=live)

    @rule(slot_id=JOB_SLOTS, limits=LIMITS, now=MOMENTS, key=KEYS, live=LIVE)
    def check_room(
        self,
        slot_id: SlotId,
        limits: Limits,
        now: datetime,
        key: str | None,
        live: Collection[JobId],
    ) -> None:
        self.agree(self.jobs, "check_room", slot_id, limits, now=now, key=key, live=live)

    @rule(job=JOBS)
    def start(self, job: Job) -> None:
        self.agree(self.jobs, "start", job.processing())

    @rule(job=ENDS)
    def finish(self, job: Job) -> None:
        self.agree(self.jobs, "finish", job)

    @rule(job=ENDS)
    def run_through(self, job: Job) -> None:
        new = evolve(job, status=JobStatus.PENDING, finished_at=None, result=None, attempts=())
        self.admit(evolve(new, failure_reason=None, ticket=None), PLENTY, None, [])
        self.agree(self.jobs, "finish", job)

    @rule(job=FAILURES)
    def abandon(self, job: Job) -> None:
        self.agree(self.jobs, "abandon", job)

    @rule(job=RUNNING_ON)
    def release(self, job: Job) -> None:
        self.agree(self.jobs, "release", job)

    @rule(job=ENDS)
    def keep_attempts(self, job: Job) -> None:
        self.agree(self.jobs, "keep_attempts", job)

    @rule(live=LIVE, lease_until=MOMENTS)
    def renew(self, live: Collection[JobId], lease_until: datetime) -> None:
        self.agree(self.jobs, "renew", live, lease_until)

    @rule(now=MOMENTS, limit=COUNTS, slot_id=st.none() | JOB_SLOTS)
    def expired(self, now: datetime, limit: int, slot_id: SlotId | None) -> None:
        for which in ("expired", "kept"):
            page = self.agree(self.results, which, now, limit, slot_id=slot_id)
            if page:
                self.agree(self.results, which, now, limit, slot_id=slot_id, after=page[0])
        self.agree(self.results, "count", now, slot_id=slot_id)

    @rule(since=MOMENTS, limit=COUNTS, live=LIVE)
    def leftovers(self, since: datetime, limit: int, live: Collection[JobId]) -> None:
        self.agree(self.results, "ended_without", since, limit)
        self.agree(self.results, "with_files", live)

    @rule(before=MOMENTS, limit=COUNTS)
    def forget_what_was_said(self, before: datetime, limit: int) -> None:
        self.agree(self.traces, "count", Leftover.PROVIDER_WORDS, before)
        if not limit:  # of several of one moment nobody says which goes first
            self.agree(self.traces, "forget", Leftover.PROVIDER_WORDS, before, 100)

    @rule(before=st.just(NOON + TTL) | st.just(NOON + TTL + TICK))
    def forget_metadata(self, before: datetime) -> None:
        self.agree(self.traces, "count", Leftover.JOB_METADATA, before)
        self.agree(self.traces, "forget", Leftover.JOB_METADATA, before, 100)

    @rule(
        slot_ids=st.lists(JOB_SLOTS, unique=True),
        now=MOMENTS,
        limit=COUNTS,
        before=st.none() | PLACES,
    )
    def latest(
        self, slot_ids: Collection[SlotId], now: datetime, limit: int, before: Place | None
    ) -> None:
        self.agree(self.results, "latest", slot_ids, now, limit, before=before)

    @rule(number=NUMBERS, at=MOMENTS)
    def mark_cleaned(self, number: int, at: datetime) -> None:
        self.agree(self.results, "mark_cleaned", [job_id(number)], at)

    @rule(moment=MOMENTS)
    def step_clock(self, moment: datetime) -> None:
        self.clock.moment = moment

    @rule(number=NUMBERS, provider=st.sampled_from(["gemini", "turbotext"]))
    def requeue(self, number: int, provider: str) -> None:
        if one := self.fake.jobs.get(job_id(number)):
            self.agree(self.turns, "requeue", one, provider)

    @invariant()
    def same_jobs(self) -> None:
        self.agree(self.jobs, "running")
        for number in range(1, 4):
            self.agree(self.jobs, "get", job_id(number))
            self.agree(self.jobs, "attempts", job_id(number))

    @invariant()
    def same_lines(self) -> None:
        """As many are before each of those that run: that decides who has a turn."""
        fake, real = self.turns
        for one in self.real.runner.run(self.fake.running()):
            standings = self.real.runner.run(real._hub._ask([one.job_id]))
            assert standings[one.job_id].before == fake._before(one)


class SlotsInLockStep(InLockStep):
    def __init__(self) -> None:
        super().__init__()
        fake = MemoryMediaRepo()
        self.media = fake, PgMediaRepo(self.real.gateway)
        self.slots = MemorySlotRepo(fake, self.changes), PgSlotRepo(self.real.gateway)
        for template in TEMPLATES:
            self.agree(self.media, "add", template)

    @rule(template=st.sampled_from(TEMPLATES), at=MOMENTS)
    def retire(self, template: MediaObject, at: datetime) -> None:
        self.agree(self.media, "retire", template.media_id, at)

    @rule(slot_id=SLOTS, limit=COUNTS, before=st.none() | st.integers(0, 5))
    def history(self, slot_id: SlotId, limit: int, before: int | None) -> None:
        self.agree(self.slots, "history", slot_id, limit, before=before)

    @rule(slot_id=SLOTS, version=st.integers(0, 4), name=TEXTS, by=TEXTS, changes=SLOT_CHANGES)
    def save(
        self, slot_id: SlotId, version: int, name: str, by: str, changes: Mapping[str, Any]
    ) -> None:
        first, *_ = initial_slots()
        slot = evolve(first, slot_id=slot_id, display_name=name, updated_by=by, **changes)
        self.agree(self.slots, "save", evolve(slot, version=version))

    @rule(changes=st.dictionaries(SLOTS, st.tuples(st.integers(1, 3), SLOT_CHANGES)))
    def save_several(self, changes: Mapping[SlotId, tuple[int, Mapping[str, Any]]]) -> None:
        first, *_ = initial_slots()
        slots = [
            evolve(first, slot_id=slot_id, version=version, **values)
            for slot_id, (version, values) in changes.items()
        ]
        self.agree(self.slots, "save", *slots)

    @rule(settings=st.dictionaries(TEXTS, JSONS, max_size=2))
    def save_settings(self, settings: Mapping[str, object]) -> None:
        slot = self.agree(self.slots, "get", SLOT_IDS[0])
        self.agree(self.slots, "save", evolve(slot, settings=settings, version=slot.version + 1))

    @rule(slot_id=SLOTS)
    def get(self, slot_id: SlotId) -> None:
        self.agree(self.slots, "get", slot_id)

    @invariant()
    def same_slots(self) -> None:
        self.agree(self.slots, "all")
        for slot_id in SLOT_IDS[:2]:
            self.agree(self.slots, "history", slot_id, 10)


class MediaInLockStep(InLockStep):
    def __init__(self) -> None:
        super().__init__()
        self.media = MemoryMediaRepo(), PgMediaRepo(self.real.gateway)

    @rule(media=MEDIA)
    def add(self, media: MediaObject) -> None:
        self.agree(self.media, "add", media)

    @rule(number=NUMBERS)
    def get(self, number: int) -> None:
        self.agree(self.media, "get", media_id(number))

    @rule(numbers=st.lists(NUMBERS))
    def templates(self, numbers: list[int]) -> None:
        self.agree(self.media, "templates", [media_id(number) for number in numbers])

    @rule(sha256=PHOTOS)
    def same_template(self, sha256: str) -> None:
        self.agree(self.media, "same_template", sha256)

    @rule(limit=COUNTS, before=st.none() | NUMBERS)
    def latest_templates(self, limit: int, before: int | None) -> None:
        place = None if before is None else media_id(before)
        self.agree(self.media, "latest_templates", limit, before=place)

    @rule(number=NUMBERS, at=MOMENTS)
    def retire(self, number: int, at: datetime) -> None:
        self.agree(self.media, "retire", media_id(number), at)

    @rule(now=MOMENTS, limit=COUNTS)
    def expired(self, now: datetime, limit: int) -> None:
        if page := self.agree(self.media, "expired", now, limit):
            self.agree(self.media, "expired", now, limit, after=page[0])

    @rule(numbers=st.lists(NUMBERS), use=st.sampled_from(MediaUse))
    def kept(self, numbers: list[int], use: MediaUse) -> None:
        self.agree(self.media, "kept", use, [media_id(number) for number in numbers])

    @rule(numbers=st.lists(NUMBERS), at=MOMENTS)
    def mark_cleaned(self, numbers: list[int], at: datetime) -> None:
        self.agree(self.media, "mark_cleaned", [media_id(number) for number in numbers], at)


class SettingsInLockStep(InLockStep):
    def __init__(self) -> None:
        super().__init__()
        fake, real = MemorySettingsRepo(self.changes), PgSettingsRepo(self.real.gateway)
        self.settings = fake, real
        self.keys = MemoryProviderKeys(fake), PgProviderKeys(self.real.gateway)

    @rule(values=CHANGES, keys=KEY_CHANGES, version=st.none() | COUNTS, by=TEXTS, at=MOMENTS)
    def change(
        self,
        values: Mapping[str, object],
        keys: Mapping[str, Sealed | None],
        version: int | None,
        by: str,
        at: datetime,
    ) -> None:
        if version is None:
            version = self.agree(self.settings, "stored").version
        self.agree(self.settings, "change", values, keys=keys, version=version, by=by, at=at)

    @rule(values=CHANGES, by=TEXTS, at=MOMENTS)
    def seed(self, values: Mapping[str, object], by: str, at: datetime) -> None:
        self.agree(self.settings, "seed", values, by=by, at=at)

    @rule(provider=PROVIDERS, old=SEALS, new=SEALS)
    def reseal(self, provider: str, old: Sealed, new: Sealed) -> None:
        self.agree(self.keys, "reseal", provider, old=old, new=new)

    @rule(version=COUNTS)
    def change_what_there_is_not(self, version: int) -> None:
        values = {"result_ttl_hours": 9, "no_such": 1}
        self.agree(self.settings, "change", values, keys={}, version=version, by="", at=NOON)

    @invariant()
    def same_settings(self) -> None:
        self.agree(self.settings, "read")
        self.agree(self.settings, "stored")

    @invariant()
    def same_keys(self) -> None:
        self.agree(self.keys, "all")
        self.agree(self.keys, "get", "gemini")


class AuditInLockStep(InLockStep):
    def __init__(self) -> None:
        super().__init__()
        self.audit = MemoryAudit(), PgAudit(self.real.gateway)

    @rule(entry=ENTRIES)
    def note(self, entry: AuditEntry) -> None:
        self.agree(self.audit, "note", entry)

    @rule(wanted=AUDIT_FILTERS, limit=COUNTS)
    def read(self, wanted: AuditFilter, limit: int) -> None:
        self.agree(self.audit, "read", wanted, limit)

    @invariant()
    def same_record(self) -> None:
        self.agree(self.audit, "read", AuditFilter(), 100)


class LoginsInLockStep(InLockStep):
    def __init__(self) -> None:
        super().__init__()
        gateway = self.real.gateway
        self.failures = MemoryLoginFailures(), PgLoginFailures(gateway)
        self.revoked = MemoryRevokedTokens(), PgRevokedTokens(gateway)

    @rule(account=LOGIN_NAMES, address=LOGIN_NAMES, at=LOGIN_MOMENTS, times=st.integers(1, 12))
    def count(self, account: str, address: str, at: datetime, times: int) -> None:
        for _ in range(times):
            self.agree(self.failures, "count", account, address, at)

    @rule(who=LOGIN_NAMES)
    def forget(self, who: str) -> None:
        self.agree(self.failures, "forget", who)

    @rule(before=LOGIN_MOMENTS)
    def purge_failures(self, before: datetime) -> None:
        self.agree(self.failures, "purge", before)

    @rule(token_id=TEXTS, expires_at=MOMENTS)
    def revoke(self, token_id: str, expires_at: datetime) -> None:
        self.agree(self.revoked, "revoke", token_id, expires_at)
        self.agree(self.revoked, "is_revoked", claims_of(token_id))

    @rule(account=LOGIN_NAMES)
    def revoke_all(self, account: str) -> None:
        self.agree(self.revoked, "revoke_all", account)
        self.agree(self.revoked, "generation", account)

    @rule(token_id=TEXTS, account=LOGIN_NAMES, generation=st.integers(0, 3))
    def is_revoked(self, token_id: str, account: str, generation: int) -> None:
        claims = claims_of(token_id, account=account, generation=generation)
        self.agree(self.revoked, "is_revoked", claims)

    @rule(now=MOMENTS)
    def purge_tokens(self, now: datetime) -> None:
        self.agree(self.revoked, "purge", now)


@pytest.mark.parametrize(
    "machine",
    [
        JobsInLockStep,
        SlotsInLockStep,
        MediaInLockStep,
        SettingsInLockStep,
        LoginsInLockStep,
        AuditInLockStep,
    ],
)
def test_fake_and_real_agree(machine: type[InLockStep], real: Real) -> None:
    bound = type(machine.__name__, (machine,), {"real": real})
    run_state_machine_as_test(bound, settings=SETTINGS)
