"""What Prometheus is shown."""

from __future__ import annotations

import platform
from datetime import datetime
from typing import Final

from attrs import frozen

from photochanger_core.domain.service_state import ServiceState, Strain
from photochanger_core.ports.metrics import MetricsPort

from . import definitions as the
from .meters import CONTENT_TYPE, Meters

_OF_STATE: Final = (
    the.COMPONENT_UP,
    the.PROVIDER_UP,
    the.PROVIDER_CIRCUIT_OPEN,
    the.PROVIDER_QUOTA_LEFT,
    the.JOBS_RUNNING,
    the.JOB_PLACES,
    the.SLOT_ACTIVE,
    the.SLOT_WINDOW,
    the.SLOT_LAST_SUCCESS,
    the.STORED_BYTES,
    the.DISK_FREE,
    the.DISK_SIZE,
    the.CLEANUP_LAST_SUCCESS,
    the.BACKUP_LAST_SUCCESS,
)
"""What nobody knows any more if it was not read anew."""

_STRAINS: Final = {
    Strain.LOOP_LAG_SECONDS: the.LOOP_LAG,
    Strain.CONNECTIONS_BUSY: the.CONNECTIONS_BUSY,
    Strain.CONNECTIONS_MOST: the.CONNECTIONS_MOST,
    Strain.CONNECTION_WAITERS: the.CONNECTION_WAITERS,
    Strain.RESIDENT_BYTES: the.RESIDENT_BYTES,
    Strain.OPEN_FILES: the.OPEN_FILES,
    Strain.OPEN_FILES_MOST: the.OPEN_FILES_MOST,
}


def meters_of(*, providers: tuple[str, ...], version: str, began: datetime) -> Meters:
    """Return meters of a process that *began* then, for *providers* by the names of slots."""
    python = platform.python_version()
    meters = Meters({"provider": providers, "version": (version,), "python": (python,)})
    meters.set(the.BUILD_INFO, 1, version=version, python=python)
    meters.set(the.START_TIME, began.timestamp())
    return meters


@frozen
class PrometheusMetrics(MetricsPort):
    """What was counted, and how the service stands, in Prometheus' text format."""

    _meters: Meters

    @property
    def content_type(self) -> str:
        return CONTENT_TYPE

    async def page(self, state: ServiceState) -> bytes:
        for metric in _OF_STATE:
            self._meters.forget(metric)
        self._parts(state)
        self._stored(state)
        self._meters.set(the.PHOTOS_RECEIVING, state.receiving)
        for what, value in state.strains.items():
            self._meters.set(_STRAINS[what], value)
        return await self._meters.page()

    def _parts(self, state: ServiceState) -> None:
        for name, works in state.parts.items():
            self._meters.set(the.COMPONENT_UP, int(works), component=name)
        for name, provider in state.providers.items():
            self._meters.set(the.PROVIDER_UP, int(provider.takes_orders), provider=name)
            is_open = int(provider.is_circuit_open)
            self._meters.set(the.PROVIDER_CIRCUIT_OPEN, is_open, provider=name)
            for quota, left in provider.quota_left.items():
                self._meters.set(the.PROVIDER_QUOTA_LEFT, left, provider=name, quota=quota)

    def _stored(self, state: ServiceState) -> None:
        if state.disk is not None:
            self._meters.set(the.DISK_FREE, state.disk.free)
            self._meters.set(the.DISK_SIZE, state.disk.in_all)
        if state.last_backup is not None:
            self._meters.set(the.BACKUP_LAST_SUCCESS, state.last_backup.timestamp())
        if state.stored is None:
            return
        last = state.last_cleanup
        self._meters.set(the.CLEANUP_LAST_SUCCESS, last.timestamp() if last else 0)
        self._meters.set(the.JOB_PLACES, state.stored.places)
        self._meters.set(the.STORED_BYTES, state.stored.stored_bytes)
        for stage, number in state.stored.jobs.items():
            self._meters.set(the.JOBS_RUNNING, number, stage=stage)
        for slot_id, slot in state.stored.slots.items():
            self._meters.set(the.SLOT_ACTIVE, int(slot.is_active), slot=slot_id)
            self._meters.set(the.SLOT_WINDOW, slot.window, slot=slot_id)
            if slot.last_success_at is not None:
                at = slot.last_success_at.timestamp()
                self._meters.set(the.SLOT_LAST_SUCCESS, at, slot=slot_id)
