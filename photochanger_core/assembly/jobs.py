"""Jobs, and how they have been going."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.cancel_job import CancelJob
from photochanger_core.use_cases.check_health import CheckHealth
from photochanger_core.use_cases.inspect_job import InspectJob
from photochanger_core.use_cases.list_jobs import ListJobs
from photochanger_core.use_cases.ping_providers import PingProviders
from photochanger_core.use_cases.read_job import ReadJob
from photochanger_core.use_cases.read_stats import ReadStats
from photochanger_core.use_cases.renew_leases import RenewLeases
from photochanger_core.use_cases.sweep_jobs import SweepJobs
from photochanger_core.use_cases.watch_changes import WatchChanges

from .assembled import Assembled


class Jobs(Assembled):
    """Use cases about jobs, statistics and the state of the service."""

    @cached_property
    def read_job(self) -> ReadJob:
        return ReadJob(jobs=self._ports.jobs, clock=self._ports.clock)

    @cached_property
    def cancel_job(self) -> CancelJob:
        return CancelJob(
            jobs=self._ports.jobs,
            runs=self._ports.runs,
            audit=self._ports.audit,
            clock=self._ports.clock,
        )

    @cached_property
    def inspect_job(self) -> InspectJob:
        return InspectJob(jobs=self._ports.jobs, clock=self._ports.clock)

    @cached_property
    def list_jobs(self) -> ListJobs:
        return ListJobs(job_list=self._ports.job_list)

    @cached_property
    def renew_leases(self) -> RenewLeases:
        return RenewLeases(jobs=self._ports.jobs, runs=self._ports.runs, clock=self._ports.clock)

    @cached_property
    def sweep_jobs(self) -> SweepJobs:
        return SweepJobs(
            jobs=self._ports.jobs,
            media=self._ports.media,
            runs=self._ports.runs,
            clock=self._ports.clock,
            events=self._ports.events,
            owner=self._ports.owner,
        )

    @cached_property
    def watch_changes(self) -> WatchChanges:
        return WatchChanges(changes=self._ports.changes, clock=self._ports.clock)

    @cached_property
    def read_stats(self) -> ReadStats:
        return ReadStats(
            slots=self._ports.slots,
            stats=self._ports.stats,
            job_list=self._ports.job_list,
            providers=self._ports.providers,
            provider_health=self._ports.provider_health,
            clock=self._ports.clock,
        )

    @cached_property
    def check_health(self) -> CheckHealth:
        return CheckHealth(
            parts=self._ports.health,
            slots=self._ports.slots,
            providers=self._ports.providers,
            provider_health=self._ports.provider_health,
            clock=self._ports.clock,
            ping_providers=PingProviders(
                providers=self._ports.providers, clock=self._ports.clock, runs=self._ports.runs
            ),
            has_public_address=self._ports.has_public_address,
            cleanup_runs=self._ports.cleanup_runs,
        )
