"""What an import of slots changes, for people to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from photochanger_core.use_cases.import_slots import Imported, SlotImport

from .shown import shown


def told(imported: Imported, *, dry_run: bool) -> Iterator[str]:
    """Yield lines that tell of *imported*, which was done unless it was a *dry_run*."""
    for slot in imported.changed:
        yield from _slot(slot)
    count = len(imported.changed)
    slots = f"{count} of {count + len(imported.unchanged)} slots"
    if dry_run:
        yield f"would change: {slots}; new templates: {imported.templates}; nothing was changed"
    else:
        yield f"changed: {slots}; new templates: {imported.templates}"


def _slot(slot: SlotImport) -> Iterator[str]:
    yield f"{slot.slot_id}, version {slot.version}:"
    for field, change in slot.changes.items():
        if isinstance(change, Mapping):
            yield f"  {shown(field)}: {_json(change['old'])} -> {_json(change['new'])}"


def _json(value: object) -> str:
    return shown(json.dumps(value, ensure_ascii=False))
