"""Show or change the slots, or carry them to another installation."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from photochanger_cli.assignments import values_of
from photochanger_cli.failures import CommandFailed
from photochanger_cli.locale import phrase
from photochanger_cli.settings import load_settings
from photochanger_cli.slots_told import told
from photochanger_cli.template_files import PREFIX, with_files
from photochanger_cli.whole_files import STANDARD, check_free, read_whole, write_whole
from photochanger_cli.wiring import open_ports
from photochanger_core.assembly import Ports, UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import VersionConflict
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import SLOT_CHECKS, Slot
from photochanger_core.domain.slots_file import MAX_FILE_BYTES
from photochanger_core.domain.slots_format import read, written
from photochanger_core.use_cases.set_password import INGEST_PASSWORD
from photochanger_web.links import gallery_path

_FIELDS: Final = SLOT_CHECKS.keys() | {INGEST_PASSWORD}
_SETTINGS: Final = "settings."
_BY: Final = Actor(name="cli")


async def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say."""
    await _ACTIONS[arguments.action](arguments)
    return 0


async def _list(arguments: argparse.Namespace) -> None:
    async with open_ports(load_settings()) as ports:
        _tell(await ports.slots.all(), as_json=arguments.json)


async def _set(arguments: argparse.Namespace) -> None:
    changes = values_of(arguments.changes)
    async with open_ports(load_settings()) as ports:
        slot = await _changed(ports, arguments.slot, changes)
    print(phrase("slots.version", slot=slot.slot_id, version=slot.version))


async def _export(arguments: argparse.Namespace) -> None:
    name, force = arguments.file, arguments.force
    check_free(name, force=force)
    async with open_ports(load_settings()) as ports:
        file = await UseCases.over(ports).export_slots(arguments.slot)
    await asyncio.to_thread(write_whole, name, written(file), force=force)
    if name != STANDARD:
        print(
            phrase(
                "slots.exported", slots=len(file.slots), templates=len(file.templates), file=name
            )
        )


async def _import(arguments: argparse.Namespace) -> None:
    only, dry_run = arguments.slot, arguments.dry_run
    file = read(read_whole(arguments.file, MAX_FILE_BYTES))
    async with open_ports(load_settings()) as ports:
        import_slots = UseCases.over(ports).import_slots
        try:
            imported = await import_slots(file, only=only, dry_run=dry_run, by=_BY)
        except VersionConflict as error:
            raise CommandFailed(phrase("slots.conflict")) from error
    for line in told(imported, dry_run=dry_run):
        print(line)


_ACTIONS: Final = {"list": _list, "set": _set, "export": _export, "import": _import}


async def _changed(ports: Ports, slot_id: SlotId, changes: Mapping[str, object]) -> Slot:
    use = UseCases.over(ports)
    fields, files, settings = _sorted(changes)
    if files:
        bound = (await ports.slots.get(slot_id)).template_media
        templates = await with_files(bound, files, use.register_template, by=_BY)
        fields["template_media"] = [attrs.asdict(template) for template in templates]
    return await use.configure_slot(slot_id, fields, settings=settings, by=_BY)


def _sorted(
    changes: Mapping[str, Any],
) -> tuple[dict[str, object], dict[str, str | None], dict[str, object]]:
    """Return *changes* as fields of the slot, files of templates, settings of the provider."""
    fields: dict[str, object] = {}
    files: dict[str, str | None] = {}
    settings: dict[str, object] = {}
    for key, value in changes.items():
        if key in _FIELDS:
            fields[key] = value
        elif key.startswith(PREFIX):
            files[key.removeprefix(PREFIX)] = value
        else:
            settings[key.removeprefix(_SETTINGS)] = value
    return fields, files, settings


def _tell(slots: Sequence[Slot], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_as_json(slot) for slot in slots], ensure_ascii=False, indent=2))
        return
    states = {True: phrase("slots.active"), False: phrase("slots.off")}
    width = max(map(len, states.values()))
    for slot in slots:
        state = states[slot.is_active].ljust(width)
        print(f"{slot.slot_id}  {state}  {slot.provider}  {slot.operation}  {slot.display_name}")


def _as_json(slot: Slot) -> dict[str, object]:
    """Return all that may be shown of a slot: of its own password only whether there is one."""
    hidden = attrs.filters.exclude("ingest_password_hash", "gallery_key")
    return {
        **attrs.asdict(slot, filter=hidden),
        "updated_at": slot.updated_at.isoformat(),
        "ingest_password_set": slot.ingest_password_hash is not None,
        "gallery_path": gallery_path(slot),
    }
