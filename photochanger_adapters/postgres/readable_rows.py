"""Whether this program can work with what was put into its tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from photochanger_core.domain import ids
from photochanger_core.domain.archive import ArchiveDamaged
from photochanger_core.domain.checks import check_fields
from photochanger_core.domain.errors import SlotNotFound, ValidationFailed
from photochanger_core.domain.settings import SETTINGS_CHECKS

from .session import Row, Session
from .settings_repo import ALL_SETTINGS, values_in
from .slot_repo import ALL_SLOTS, to_slot

_HASH: Final = "ingest_password_hash"
_NOT_OURS: Final = (SlotNotFound, ValidationFailed, TypeError, ValueError, RecursionError)


async def check_readable(database: Session) -> None:
    """Pass if slots and settings can be worked with: one that cannot be read stops them all.

    What a slot's fields may be is left to whoever changes it: an old archive may hold what was
    allowed once.

    Raises:
        ArchiveDamaged: If not.
    """
    try:
        for row in await database.run(ALL_SLOTS.text, ALL_SLOTS.parameters({})):
            _check_slot(row)
    except _NOT_OURS as error:
        raise ArchiveDamaged("the archive holds a slot that is none of ours") from error
    try:
        rows = await database.run(ALL_SETTINGS.text, ALL_SETTINGS.parameters({}))
        _check_settings(values_in(rows))
    except _NOT_OURS as error:
        raise ArchiveDamaged("the archive holds settings that are none of ours") from error


def _check_slot(row: Row) -> None:
    slot = to_slot(row)
    ids.slot_id(slot.slot_id)
    ways = [slot.route] if slot.fallback is None else [slot.route, slot.fallback]
    if not all(isinstance(way.settings, Mapping) for way in ways):
        raise TypeError("settings are no object")


def _check_settings(values: Mapping[str, object]) -> None:
    if not isinstance(values.get(_HASH), str | None):
        raise TypeError(_HASH)
    check_fields({name: values[name] for name in values if name != _HASH}, SETTINGS_CHECKS)
