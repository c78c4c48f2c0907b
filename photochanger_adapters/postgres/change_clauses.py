"""How statements tell what they change, to all servers, when it is committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, cast, func

from photochanger_core.domain.changes import (
    Change,
    JobChanged,
    Missed,
    ResultRemoved,
    SettingsChanged,
    SlotChanged,
)

CHANGES: Final = "photochanger_changes"
"""The channel. Whoever waits for a job is on another, and not woken by what is said here."""

KIND: Final = "change"
"""The field that says what kind of change it is; the others are the change's own."""

RESYNC: Final = "resync"
"""Told instead of many changes of one transaction: said once, however many rows say it."""

KINDS: Final[Mapping[str, type[Change]]] = {
    "job": JobChanged,
    "slot": SlotChanged,
    "settings": SettingsChanged,
    "result_removed": ResultRemoved,
    RESYNC: Missed,
}


def telling(kind: str, *columns: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what tells of a change of *kind*, whose fields are called as *columns* are."""
    pairs = [part for column in columns for part in (cast(column.key, Text), column)]
    told = func.json_build_object(cast(KIND, Text), cast(kind, Text), *pairs)
    return func.pg_notify(CHANGES, cast(told, Text))
