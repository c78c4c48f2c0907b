"""Read how the service stands, for whoever watches it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import define, evolve, field

from photochanger_core.domain.deadline import DeadlinePassed
from photochanger_core.domain.errors import QueueUnavailable, StorageUnavailable
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import Job, JobStatus
from photochanger_core.domain.service_state import (
    DiskSpace,
    JobStage,
    ProviderNow,
    ServiceState,
    SlotNow,
    Stored,
    Strain,
)
from photochanger_core.ports.backup_mark import BackupMarkPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.disk import DiskPort
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.load import LoadPort
from photochanger_core.ports.runs import RunsPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from photochanger_core.ports.stats import StatsPort

from .receiving import Receiving
from .tell_health import TellHealth

FRESH_SECONDS: Final = 5.0
"""For which what was read is believed. Whoever watches asks every quarter of a minute."""

_PATIENCE: Final = 7.0
_SECONDS_EACH: Final = 1.0


@define(kw_only=True)
class ReadState:
    """Read how the service stands; what cannot be read in time is left out, not guessed.

    However many ask, it is read once in five seconds, and a database that hangs costs them two.
    """

    tell_health: TellHealth
    slots: SlotRepoPort
    settings: SettingsRepoPort
    jobs: JobRepoPort
    stats: StatsPort
    disk: DiskPort
    backup_mark: BackupMarkPort
    load: Sequence[LoadPort]
    receiving: Receiving
    runs: RunsPort
    clock: ClockPort
    _known: ServiceState = field(factory=ServiceState, init=False)
    _known_until: float | None = field(default=None, init=False)

    async def __call__(self) -> ServiceState:
        """Return it; how busy this process is, as it is at this moment."""
        now = self.clock.monotonic()
        state = self._known
        if self._known_until is None or now >= self._known_until:
            looks = await self.runs.shared({"state": self._look}, until=now + _PATIENCE)
            state = looks.get("state", ServiceState())
        return evolve(state, receiving=self.receiving.count, strains=self._strains())

    async def _look(self) -> ServiceState:
        health = await self.tell_health()
        self._known = ServiceState(
            parts={name: reason is None for name, reason in health.parts.items()},
            providers={
                name: ProviderNow(
                    takes_orders=provider.failure is None,
                    is_circuit_open=provider.circuit.is_open,
                    quota_left=provider.quota_left,
                )
                for name, provider in health.providers.items()
            },
            last_cleanup=health.last_cleanup,
            last_backup=await self._last_backup(),
            stored=await self._stored(),
            disk=await self._disk(),
        )
        self._known_until = self.clock.monotonic() + FRESH_SECONDS
        return self._known

    async def _stored(self) -> Stored | None:
        try:
            async with self.clock.until(self.clock.monotonic() + _SECONDS_EACH):
                return Stored(
                    jobs=_by_stage(await self.jobs.running()),
                    places=(await self.settings.read()).max_in_flight_jobs,
                    stored_bytes=(await self.stats.totals()).stored_bytes,
                    slots=await self._slots(),
                )
        except (QueueUnavailable, DeadlinePassed):
            return None

    async def _slots(self) -> Mapping[SlotId, SlotNow]:
        settings, states = await self.settings.read(), await self.stats.states()
        return {
            slot.slot_id: SlotNow(
                is_active=slot.is_active,
                window=settings.window(slot),
                last_success_at=states[slot.slot_id].last_success_at,
            )
            for slot in await self.slots.all()
        }

    async def _disk(self) -> DiskSpace | None:
        try:
            async with self.clock.until(self.clock.monotonic() + _SECONDS_EACH):
                room = await self.disk.room()
        except (StorageUnavailable, DeadlinePassed):
            return None
        return DiskSpace(free=room.bytes_free, in_all=room.bytes_in_all)

    async def _last_backup(self) -> datetime | None:
        try:
            async with self.clock.until(self.clock.monotonic() + _SECONDS_EACH):
                return await self.backup_mark.read()
        except (StorageUnavailable, DeadlinePassed):
            return None

    def _strains(self) -> Mapping[Strain, float]:
        return {what: value for part in self.load for what, value in part.now().items()}


def _by_stage(jobs: Sequence[Job]) -> Mapping[JobStage, int]:
    return dict.fromkeys(JobStage, 0) | Counter(map(_stage, jobs))


def _stage(job: Job) -> JobStage:
    if not job.is_open:
        return JobStage.LATE
    return JobStage.WAITING if job.status is JobStatus.PENDING else JobStage.PROCESSING
