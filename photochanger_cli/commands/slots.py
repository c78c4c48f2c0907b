"""Show or change the slots."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Final

import attrs

from photochanger_cli.assignments import values_of
from photochanger_cli.settings import load_settings
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import UseCases
from photochanger_core.domain.slot import SLOT_CHECKS, Gallery, Slot
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

_FIELDS: Final = SLOT_CHECKS.keys() | {INGEST_PASSWORD}
_SETTINGS: Final = "settings."


async def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say."""
    changes = values_of(arguments.changes) if arguments.action == "set" else {}
    async with open_ports(load_settings()) as ports:
        if arguments.action == "list":
            _tell(await ports.slots.all(), as_json=arguments.json)
        else:
            slot = await UseCases.over(ports).configure_slot(
                arguments.slot,
                {key: value for key, value in changes.items() if key in _FIELDS},
                settings=_provider_settings(changes),
                by="cli",
            )
            print(f"{slot.slot_id} is at version {slot.version}")
    return 0


def _provider_settings(changes: dict[str, object]) -> dict[str, object]:
    return {
        key.removeprefix(_SETTINGS): value for key, value in changes.items() if key not in _FIELDS
    }


def _tell(slots: Sequence[Slot], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_as_json(slot) for slot in slots], ensure_ascii=False, indent=2))
        return
    for slot in slots:
        state = "active" if slot.is_active else "off"
        print(f"{slot.slot_id}  {state:6}  {slot.provider}  {slot.operation}  {slot.display_name}")


def _as_json(slot: Slot) -> dict[str, object]:
    """Return all that may be shown of a slot: of its own password only whether there is one."""
    hidden = attrs.filters.exclude("ingest_password_hash", "gallery_key")
    return {
        **attrs.asdict(slot, filter=hidden),
        "updated_at": slot.updated_at.isoformat(),
        "ingest_password_set": slot.ingest_password_hash is not None,
        "gallery_path": _gallery_path(slot),
    }


def _gallery_path(slot: Slot) -> str | None:
    """Return the link to a slot's gallery, behind the server's address; None: nobody sees it."""
    path = f"/public/slots/{slot.slot_id}"
    match slot.gallery:
        case Gallery.OFF:
            return None
        case Gallery.OPEN:
            return path
    return f"{path}?key={slot.gallery_key}"
