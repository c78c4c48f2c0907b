"""Changes as a stream of events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from attrs import asdict

from photochanger_core.domain.changes import (
    Change,
    JobChanged,
    Missed,
    ResultRemoved,
    SettingsChanged,
    SlotChanged,
)

EVENT_NAMES: Final[Mapping[type[Change], str]] = {
    JobChanged: "job",
    SlotChanged: "slot",
    SettingsChanged: "settings",
    ResultRemoved: "result_removed",
    Missed: "resync",
}
"""What each kind of change is called on the wire."""

RETRY: Final = b"retry: 3000\n\n"
"""Milliseconds after which a browser asks again when a stream has ended."""

_HEARTBEAT: Final = b":\n\n"


def encoded(change: Change | None) -> bytes:
    """Return the event that tells of *change*; None: a comment, which shows that all is well.

    Events have no id: what was missed while a stream was away cannot be told afterwards.
    """
    if change is None:
        return _HEARTBEAT
    data = json.dumps(asdict(change))
    return f"event: {EVENT_NAMES[type(change)]}\ndata: {data}\n\n".encode()
