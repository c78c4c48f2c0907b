"""What can be said on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from photochanger_core.domain.checks import Check
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.media import MediaKind
from photochanger_core.domain.settings import SETTINGS_CHECKS
from photochanger_core.domain.slot import SLOT_CHECKS
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

from .assignments import assignment
from .locale import phrase
from .template_files import PREFIX
from .usage import Help, with_examples
from .variables import base_url, key, seconds, whole

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - has no other name

_Value = TypeVar("_Value")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    root = argparse.ArgumentParser(
        prog="photochanger",
        description=phrase("help"),
        epilog=with_examples(
            phrase("help.more"), "photochanger demo", "photochanger slots set --help"
        ),
        formatter_class=Help,
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _demo(commands)
    _serve(commands)
    _db(commands)
    _cleanup(commands)
    _slots(commands)
    _settings(commands)
    _admin(commands)
    _secrets(commands)
    _backup(commands)
    _restore(commands)
    _send(commands)
    _simulate(commands)
    _doctor(commands)
    return root


def _demo(commands: _Commands) -> None:
    command = _command(commands, "demo", phrase("help.demo"), examples=["photochanger demo --once"])
    command.add_argument("--once", action="store_true", help=phrase("help.demo.once"))


def _serve(commands: _Commands) -> None:
    _command(
        commands,
        "serve",
        phrase("help.serve"),
        phrase("help.serve.more"),
        examples=["PHOTOCHANGER_PORT=8080 photochanger serve"],
    )


def _db(commands: _Commands) -> None:
    actions = _actions(
        _command(commands, "db", phrase("help.db"), examples=["photochanger db current"])
    )
    upgrade = _command(
        actions, "upgrade", phrase("help.db.upgrade"), examples=["photochanger db upgrade"]
    )
    downgrade = _command(
        actions, "downgrade", phrase("help.db.downgrade"), examples=["photochanger db downgrade 12"]
    )
    downgrade.add_argument(
        "to", type=_of(whole(0, 9999)), metavar="VERSION", help=phrase("help.db.to")
    )
    current = _command(
        actions, "current", phrase("help.db.current"), examples=["photochanger db current --json"]
    )
    for action in (upgrade, downgrade, current):
        _json(action)


def _cleanup(commands: _Commands) -> None:
    command = _command(
        commands,
        "cleanup",
        phrase("help.cleanup"),
        phrase("help.cleanup.more"),
        examples=["photochanger cleanup", "photochanger cleanup --dry-run --slot slot-001"],
    )
    command.add_argument("--dry-run", action="store_true", help=phrase("help.cleanup.dry_run"))
    command.add_argument(
        "--slot", choices=SLOT_IDS, metavar="SLOT", help=phrase("help.cleanup.slot")
    )
    command.add_argument(
        "--batch",
        type=_of(whole(1, 10_000)),
        default=500,
        metavar="N",
        help=phrase("help.cleanup.batch"),
    )
    _json(command)


def _slots(commands: _Commands) -> None:
    actions = _actions(
        _command(commands, "slots", phrase("help.slots"), examples=["photochanger slots list"])
    )
    _json(
        _command(
            actions,
            "list",
            phrase("help.slots.list"),
            examples=["photochanger slots list --json"],
        )
    )
    change = _command(
        actions,
        "set",
        phrase("help.slots.set"),
        phrase(
            "help.slots.set.more",
            keys=_names(SLOT_CHECKS),
            prefix=PREFIX,
            kinds=" ".join(MediaKind),
        ),
        examples=[
            "photochanger slots set slot-002 is_active=true prompt='A pirate.'",
            "photochanger slots set slot-002 template.style=postcard.jpg",
        ],
    )
    change.add_argument("slot", choices=SLOT_IDS, metavar="SLOT", help="slot-001 ... slot-015")
    _assignments(change)
    _slots_files(actions)


def _slots_files(actions: _Commands) -> None:
    leave = _command(
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
    arrive = _command(
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
        action.add_argument(
            "--slot", choices=SLOT_IDS, metavar="SLOT", help=phrase("help.slots.only")
        )


def _settings(commands: _Commands) -> None:
    actions = _actions(
        _command(
            commands, "settings", phrase("help.settings"), examples=["photochanger settings get"]
        )
    )
    _json(
        _command(
            actions,
            "get",
            phrase("help.settings.get"),
            examples=["photochanger settings get --json"],
        )
    )
    change = _command(
        actions,
        "set",
        phrase("help.settings.set"),
        phrase("help.settings.set.more", keys=_names(SETTINGS_CHECKS)),
        examples=["photochanger settings set result_ttl_hours=24 ingest_password=-"],
    )
    _assignments(change)


def _admin(commands: _Commands) -> None:
    actions = _actions(
        _command(commands, "admin", phrase("help.admin"), examples=["photochanger admin list"])
    )
    _json(
        _command(
            actions,
            "list",
            phrase("help.admin.list"),
            examples=["photochanger admin list --json"],
        )
    )
    change = _command(
        actions,
        "set-password",
        phrase("help.admin.set_password"),
        phrase("help.admin.set_password.more"),
        examples=["photochanger admin set-password serg < password.txt"],
    )
    change.add_argument("name", metavar="NAME", help=phrase("help.admin.name"))
    change.add_argument("--create", action="store_true", help=phrase("help.admin.create"))
    unlock = _command(
        actions,
        "unlock",
        phrase("help.admin.unlock"),
        examples=["photochanger admin unlock serg", "photochanger admin unlock 192.168.1.20"],
    )
    unlock.add_argument("who", metavar="NAME_OR_ADDRESS", help=phrase("help.admin.who"))


def _secrets(commands: _Commands) -> None:
    actions = _actions(
        _command(
            commands, "secrets", phrase("help.secrets"), examples=["photochanger secrets rotate"]
        )
    )
    rotate = _command(
        actions,
        "rotate",
        phrase("help.secrets.rotate"),
        phrase("help.secrets.rotate.more"),
        examples=[
            "openssl rand -base64 32 | tr +/ -_",
            "PHOTOCHANGER_SECRET_KEYS=NEW,OLD photochanger secrets rotate",
        ],
    )
    _json(rotate)


def _backup(commands: _Commands) -> None:
    command = _command(
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
    _json(command)


def _restore(commands: _Commands) -> None:
    command = _command(
        commands,
        "restore",
        phrase("help.restore"),
        phrase("help.restore.more"),
        examples=["photochanger restore /backups/photos.tar"],
    )
    command.add_argument("file", type=Path, metavar="FILE", help=phrase("help.restore.file"))
    command.add_argument("--force", action="store_true", help=phrase("help.restore.force"))
    _json(command)


def _send(commands: _Commands) -> None:
    command = _command(
        commands,
        "send",
        phrase("help.send"),
        phrase("help.send.more"),
        examples=[
            "photochanger send photo.jpg --slot slot-001 --url http://127.0.0.1:8000 --password -"
        ],
    )
    command.add_argument("photo", type=Path, metavar="PHOTO", help=phrase("help.send.photo"))
    command.add_argument(
        "--slot", choices=SLOT_IDS, metavar="SLOT", required=True, help="slot-001 ... slot-015"
    )
    command.add_argument("--url", type=_of(base_url), required=True, help=phrase("help.send.url"))
    command.add_argument("--password", help=phrase("help.send.password"))
    command.add_argument(
        "--idempotency-key", type=_of(key), metavar="KEY", help=phrase("help.send.key")
    )
    command.add_argument("--out", type=Path, metavar="FILE", help=phrase("help.send.out"))
    _json(command)


def _simulate(commands: _Commands) -> None:
    command = _command(
        commands,
        "simulate",
        phrase("help.simulate"),
        examples=["photochanger simulate --provider turbotext --delay 5 --fault http_500"],
    )
    command.add_argument(
        "--provider",
        choices=["gemini", "turbotext"],
        default="gemini",
        help=phrase("help.simulate.provider"),
    )
    command.add_argument(
        "--port", type=_of(whole(0, 65535)), default=8090, help=phrase("help.simulate.port")
    )
    command.add_argument(
        "--delay",
        type=_of(seconds),
        default=0.0,
        metavar="SECONDS",
        help=phrase("help.simulate.delay"),
    )
    command.add_argument("--fault", metavar="NAME", help=phrase("help.simulate.fault"))
    command.add_argument("--stage", help=phrase("help.simulate.stage"))
    command.add_argument("--url", help=phrase("help.simulate.url"))


def _doctor(commands: _Commands) -> None:
    command = _command(
        commands,
        "doctor",
        phrase("help.doctor"),
        phrase("help.doctor.more"),
        examples=["photochanger doctor", "photochanger doctor --json"],
    )
    _json(command)


def _command(
    commands: _Commands, name: str, text: str, epilog: str = "", examples: Sequence[str] = ()
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=with_examples(epilog, *examples),
        formatter_class=Help,
    )


def _actions(command: argparse.ArgumentParser) -> _Commands:
    return command.add_subparsers(dest="action", required=True, metavar="ACTION")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help=phrase("help.json"))


def _assignments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "changes",
        type=_of(assignment),
        nargs="+",
        metavar="KEY=VALUE",
        help=phrase("help.assignments"),
    )


def _names(checks: Mapping[str, Check]) -> str:
    return " ".join([*checks, INGEST_PASSWORD])


def _of(parse: Callable[[str], _Value]) -> Callable[[str], _Value]:
    """Return *parse* with its complaints in the words of argparse."""

    def parsed(text: str) -> _Value:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parsed
