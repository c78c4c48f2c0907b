"""What an import of slots changes, for people to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from photochanger_core.use_cases.import_slots import Imported, SlotImport

from .locale import phrase
from .shown import shown


def told(imported: Imported, *, dry_run: bool) -> Iterator[str]:
    """Yield lines that tell of *imported*, which was done unless it was a *dry_run*."""
    for slot in imported.changed:
        yield from _slot(slot)
    count = len(imported.changed)
    total, templates = count + len(imported.unchanged), imported.templates
    if dry_run:
        yield phrase("slots.would_import", count=count, all=total, templates=templates)
    else:
        yield phrase("slots.imported", count=count, all=total, templates=templates)


def _slot(slot: SlotImport) -> Iterator[str]:
    yield phrase("slots.at_version", slot=slot.slot_id, version=slot.version)
    for field, change in slot.changes.items():
        if isinstance(change, Mapping):
            yield f"  {shown(field)}: {_json(change['old'])} -> {_json(change['new'])}"


def _json(value: object) -> str:
    return shown(json.dumps(value, ensure_ascii=False))
