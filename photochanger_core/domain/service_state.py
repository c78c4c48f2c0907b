"""How the service stands at a moment, as it is watched from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from .ids import SlotId
from .moments import aware


class JobStage(StrEnum):
    """How far a job is that runs: it waits for its turn, is worked on, or has timed out."""

    WAITING = "waiting"
    PROCESSING = "processing"
    LATE = "late"


class Strain(StrEnum):
    """What this process may run short of.

    Attributes:
        LOOP_LAG_SECONDS: By which the event loop was late, at worst within the last minute.
        CONNECTIONS_BUSY: To the database, on which a statement runs.
        CONNECTIONS_MOST: That there may be.
        CONNECTION_WAITERS: Statements for which there is no connection yet.
        RESIDENT_BYTES: Of memory, without that of the workers for pictures.
        OPEN_FILES: Files, connections and whatever else has a descriptor.
        OPEN_FILES_MOST: That there may be.
    """

    LOOP_LAG_SECONDS = "loop_lag_seconds"
    CONNECTIONS_BUSY = "connections_busy"
    CONNECTIONS_MOST = "connections_most"
    CONNECTION_WAITERS = "connection_waiters"
    RESIDENT_BYTES = "resident_bytes"
    OPEN_FILES = "open_files"
    OPEN_FILES_MOST = "open_files_most"


@frozen(kw_only=True)
class ProviderNow:
    """How a provider stands, as this server knows it.

    Attributes:
        takes_orders: By its own word.
        quota_left: What it said last, by its own names.
    """

    takes_orders: bool
    is_circuit_open: bool
    quota_left: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class SlotNow:
    """How a slot stands.

    Attributes:
        window: Length of its sync window, in seconds.
        last_success_at: As in `SlotState`.
    """

    is_active: bool
    window: int
    last_success_at: datetime | None = field(default=None, validator=aware)


@frozen(kw_only=True)
class Stored:
    """What the database tells: the same to every server that asks.

    Attributes:
        jobs: How many run, by stage.
        places: Jobs that may be in flight.
        stored_bytes: Of results and templates.
    """

    jobs: Mapping[JobStage, int]
    places: int
    stored_bytes: int
    slots: Mapping[SlotId, SlotNow]


@frozen(kw_only=True)
class DiskSpace:
    """Bytes of the disk on which pictures lie."""

    free: int
    in_all: int


@frozen(kw_only=True)
class ServiceState:
    """How the service stands; what is None or not named is not known.

    Attributes:
        parts: Whether those work without which no photo can be processed.
        last_cleanup: When everything was clean last.
        last_backup: When the last backup ended that came to its end.
        receiving: Photos on their way to this server.
        strains: Of this process.
    """

    parts: Mapping[str, bool] = field(factory=dict)
    providers: Mapping[str, ProviderNow] = field(factory=dict)
    last_cleanup: datetime | None = field(default=None, validator=aware)
    last_backup: datetime | None = field(default=None, validator=aware)
    stored: Stored | None = None
    disk: DiskSpace | None = None
    receiving: int = 0
    strains: Mapping[Strain, float] = field(factory=dict)
