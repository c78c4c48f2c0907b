"""Commands about the fifteen slots."""

from __future__ import annotations

from photochanger_cli.locale import phrase
from photochanger_cli.template_files import PREFIX
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.media import MediaKind
from photochanger_core.domain.slot import SLOT_CHECKS

from .declaring import (
    Commands,
    add_actions,
    add_assignments,
    add_command,
    add_json,
    add_slot,
    names_of,
)


def add_slots(commands: Commands) -> None:
    """Add `slots`."""
    actions = add_actions(commands, "slots", phrase("help.slots"), "photochanger slots list")
    add_json(
        add_command(
            actions,
            "list",
            phrase("help.slots.list"),
            examples=["photochanger slots list --json"],
        )
    )
    change = add_command(
        actions,
        "set",
        phrase("help.slots.set"),
        phrase(
            "help.slots.set.more",
            keys=names_of(SLOT_CHECKS),
            prefix=PREFIX,
            kinds=" ".join(MediaKind),
        ),
        examples=[
            "photochanger slots set slot-002 is_active=true prompt='A pirate.'",
            "photochanger slots set slot-002 template.style=postcard.jpg",
        ],
    )
    change.add_argument("slot", choices=SLOT_IDS, metavar="SLOT", help="slot-001 ... slot-015")
    add_assignments(change)
    _slots_files(actions)


def _slots_files(actions: Commands) -> None:
    leave = add_command(
        actions,
        "export",
        phrase("help.slots.export"),
        examples=[
            "photochanger slots export slots.json",
            "photochanger slots export - --slot slot-001",
        ],
    )
    leave.add_argument("file", metavar="FILE", help=phrase("help.slots.export.file"))
    leave.add_argument("--force", action="store_true", help=phrase("help.slots.export.force"))
    arrive = add_command(
        actions,
        "import",
        phrase("help.slots.import"),
        phrase("help.slots.import.more"),
        examples=[
            "photochanger slots import slots.json --dry-run",
            "photochanger slots import slots.json --slot slot-001",
        ],
    )
    arrive.add_argument("file", metavar="FILE", help=phrase("help.slots.import.file"))
    arrive.add_argument("--dry-run", action="store_true", help=phrase("help.slots.import.dry_run"))
    for action in (leave, arrive):
        add_slot(action, phrase("help.slots.only"))
