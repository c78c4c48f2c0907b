"""Commands about what holds for all slots, accounts and secrets."""

from __future__ import annotations

from photochanger_cli.locale import phrase
from photochanger_core.domain.settings import SETTINGS_CHECKS

from .declaring import Commands, add_actions, add_assignments, add_command, add_json, names_of


def add_settings(commands: Commands) -> None:
    """Add `settings`."""
    actions = add_actions(
        commands, "settings", phrase("help.settings"), "photochanger settings get"
    )
    add_json(
        add_command(
            actions,
            "get",
            phrase("help.settings.get"),
            examples=["photochanger settings get --json"],
        )
    )
    change = add_command(
        actions,
        "set",
        phrase("help.settings.set"),
        phrase("help.settings.set.more", keys=names_of(SETTINGS_CHECKS)),
        examples=["photochanger settings set result_ttl_hours=24 ingest_password=-"],
    )
    add_assignments(change)


def add_admin(commands: Commands) -> None:
    """Add `admin`."""
    actions = add_actions(commands, "admin", phrase("help.admin"), "photochanger admin list")
    add_json(
        add_command(
            actions,
            "list",
            phrase("help.admin.list"),
            examples=["photochanger admin list --json"],
        )
    )
    change = add_command(
        actions,
        "set-password",
        phrase("help.admin.set_password"),
        phrase("help.admin.set_password.more"),
        examples=["photochanger admin set-password serg < password.txt"],
    )
    change.add_argument("name", metavar="NAME", help=phrase("help.admin.name"))
    change.add_argument("--create", action="store_true", help=phrase("help.admin.create"))
    end = add_command(
        actions,
        "log-out",
        phrase("help.admin.log_out"),
        examples=["photochanger admin log-out serg"],
    )
    end.add_argument("name", metavar="NAME", help=phrase("help.admin.name"))
    unlock = add_command(
        actions,
        "unlock",
        phrase("help.admin.unlock"),
        examples=["photochanger admin unlock serg", "photochanger admin unlock 192.168.1.20"],
    )
    unlock.add_argument("who", metavar="NAME_OR_ADDRESS", help=phrase("help.admin.who"))


def add_secrets(commands: Commands) -> None:
    """Add `secrets`."""
    actions = add_actions(
        commands, "secrets", phrase("help.secrets"), "photochanger secrets rotate"
    )
    rotate = add_command(
        actions,
        "rotate",
        phrase("help.secrets.rotate"),
        phrase("help.secrets.rotate.more"),
        examples=[
            "openssl rand -base64 32 | tr +/ -_",
            "PHOTOCHANGER_SECRET_KEYS=NEW,OLD photochanger secrets rotate",
        ],
    )
    add_json(rotate)
