"""What changes while somebody looks on: enough to know what to read anew, and no secret.

`events` are told to logs and metrics by the server on which they happen; changes are told by the
store, when they are stored, to whoever follows them on any server.
"""

from __future__ import annotations

from attrs import field, frozen

from .ids import JobId, SlotId
from .job import JobStatus


@frozen(kw_only=True)
class Change:
    """Base of everything that is told."""


@frozen(kw_only=True)
class JobChanged(Change):
    """A job was admitted, is at its provider, or has ended: it has this status now."""

    job_id: JobId
    slot_id: SlotId
    status: JobStatus = field(converter=JobStatus)


@frozen(kw_only=True)
class SlotChanged(Change):
    """A slot has a new version."""

    slot_id: SlotId
    version: int


@frozen(kw_only=True)
class SettingsChanged(Change):
    """What holds for all slots has changed, or the key of a provider."""


@frozen(kw_only=True)
class ResultRemoved(Change):
    """A picture is gone: its time was over, or somebody has deleted it."""

    job_id: JobId
    slot_id: SlotId


@frozen(kw_only=True)
class Missed(Change):
    """Something may have changed that was not told: everything is to be read anew."""
