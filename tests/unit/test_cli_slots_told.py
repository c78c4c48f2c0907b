"""What an import changes is told in lines that people can read."""

from __future__ import annotations

import pytest

from photochanger_cli.shown import shown
from photochanger_cli.slots_told import told
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.use_cases.import_slots import Imported, SlotImport


def test_changes_are_told_field_by_field() -> None:
    change = SlotImport(
        slot_id=SLOT_IDS[1],
        version=3,
        changes={
            "display_name": {"old": "Slot 2", "new": "Лес\n"},
            "settings.x\u202e": {"old": None, "new": "\x1b[2J\x9b\u2066"},
        },
    )
    imported = Imported(changed=[change], unchanged=SLOT_IDS[2:], templates=1)

    lines = [
        "slot-002, version 3:",
        '  display_name: "Slot 2" -> "Лес\\n"',
        '  settings.x\\u202e: null -> "\\u001b[2J\\u009b\\u2066"',
    ]
    last = "changed: 1 of 14 slots; new templates: 1"
    assert [*told(imported, dry_run=False)] == [*lines, last]
    last = "would change: 1 of 14 slots; new templates: 1; nothing was changed"
    assert [*told(imported, dry_run=True)] == [*lines, last]


def test_what_a_terminal_would_act_upon_is_shown() -> None:
    assert shown("Лес 🙂 \x1b[2J\r\x9b\u202e\udc80") == (
        "Лес 🙂 \\u001b[2J\\u000d\\u009b\\u202e\\udc80"
    )


@pytest.mark.parametrize(
    "text, seen",
    [
        ("a\u061cb", "a\\u061cb"),
        ("a\u200bb", "a\\u200bb"),
        ("a\ufeffb", "a\\ufeffb"),
        ("a\u00a0b", "a\\u00a0b"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("«Ёлка» — 95 % e\u0301", "«Ёлка» — 95 % e\u0301"),
    ],
)
def test_what_is_not_seen_is_shown(text: str, seen: str) -> None:
    assert shown(text) == seen
