"""Commands that look after the database and the pictures."""

from __future__ import annotations

from pathlib import Path

from photochanger_cli.locale import phrase
from photochanger_cli.variables import whole

from .declaring import Commands, add_actions, add_command, add_json, add_slot, told_by


def add_doctor(commands: Commands) -> None:
    """Add `doctor`."""
    command = add_command(
        commands,
        "doctor",
        phrase("help.doctor"),
        phrase("help.doctor.more"),
        examples=["photochanger doctor", "photochanger doctor --json"],
    )
    add_json(command)


def add_db(commands: Commands) -> None:
    """Add `db`."""
    actions = add_actions(commands, "db", phrase("help.db"), "photochanger db current")
    upgrade = add_command(
        actions, "upgrade", phrase("help.db.upgrade"), examples=["photochanger db upgrade"]
    )
    downgrade = add_command(
        actions, "downgrade", phrase("help.db.downgrade"), examples=["photochanger db downgrade 12"]
    )
    downgrade.add_argument(
        "to", type=told_by(whole(0, 9999)), metavar="VERSION", help=phrase("help.db.to")
    )
    current = add_command(
        actions, "current", phrase("help.db.current"), examples=["photochanger db current --json"]
    )
    for action in (upgrade, downgrade, current):
        add_json(action)


def add_cleanup(commands: Commands) -> None:
    """Add `cleanup`."""
    command = add_command(
        commands,
        "cleanup",
        phrase("help.cleanup"),
        phrase("help.cleanup.more"),
        examples=["photochanger cleanup", "photochanger cleanup --dry-run --slot slot-001"],
    )
    command.add_argument("--dry-run", action="store_true", help=phrase("help.cleanup.dry_run"))
    add_slot(command, phrase("help.cleanup.slot"))
    command.add_argument(
        "--batch",
        type=told_by(whole(1, 10_000)),
        default=500,
        metavar="N",
        help=phrase("help.cleanup.batch"),
    )
    add_json(command)


def add_backup(commands: Commands) -> None:
    """Add `backup`."""
    command = add_command(
        commands,
        "backup",
        phrase("help.backup"),
        phrase("help.backup.more"),
        examples=[
            "photochanger backup /backups/photos.tar",
            "photochanger backup - | ssh elsewhere 'cat > photos.tar'",
        ],
    )
    command.add_argument("file", type=Path, metavar="FILE", help=phrase("help.backup.file"))
    command.add_argument("--force", action="store_true", help=phrase("help.backup.force"))
    add_json(command)


def add_restore(commands: Commands) -> None:
    """Add `restore`."""
    command = add_command(
        commands,
        "restore",
        phrase("help.restore"),
        phrase("help.restore.more"),
        examples=["photochanger restore /backups/photos.tar"],
    )
    command.add_argument("file", type=Path, metavar="FILE", help=phrase("help.restore.file"))
    command.add_argument("--force", action="store_true", help=phrase("help.restore.force"))
    add_json(command)
