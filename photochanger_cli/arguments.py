"""What can be said on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from photochanger_core.domain.checks import Check
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.media import MediaKind
from photochanger_core.domain.settings import SETTINGS_CHECKS
from photochanger_core.domain.slot import SLOT_CHECKS
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

from .assignments import assignment
from .template_files import PREFIX
from .variables import base_url, key, whole

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - has no other name

_Value = TypeVar("_Value")

_VALUES: Final = (
    "VALUE is JSON where it reads as JSON, else text; an empty one is null, or takes a setting "
    """away. Fields of several values take an object: retry='{"error_tries":2}'. """
)
_TYPED_IN: Final = "A password given as an argument is seen by everybody who lists processes; "


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    root = argparse.ArgumentParser(
        prog="photochanger", description="A photo in, the AI provider's picture out."
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
    command = _command(commands, "demo", "try everything here, in ./photochanger-demo, for free")
    command.add_argument("--once", action="store_true", help="end after the first photo")


def _serve(commands: _Commands) -> None:
    _command(commands, "serve", "run the server; the environment and .env say how")


def _db(commands: _Commands) -> None:
    actions = _actions(_command(commands, "db", "bring the database to a version, or tell it"))
    _command(actions, "upgrade", "apply all pending migrations")
    downgrade = _command(actions, "downgrade", "undo migrations; what only they kept is lost")
    downgrade.add_argument("to", type=_of(whole(0, 9999)), help="version to go back to; 0: nothing")
    _json(_command(actions, "current", "tell the version"))


def _cleanup(commands: _Commands) -> None:
    command = _command(
        commands,
        "cleanup",
        "remove what is past its time, and what crashes left",
        epilog="To be run every 15 minutes. Ends with 0, also while another one is at it; with 1 "
        "if something could not be removed, which the next one tries again.",
    )
    command.add_argument("--dry-run", action="store_true", help="tell what would go, and keep it")
    command.add_argument("--slot", choices=SLOT_IDS, metavar="SLOT", help="only its results")
    command.add_argument(
        "--batch", type=_of(whole(1, 10_000)), default=500, metavar="N", help="rows at once: 500"
    )
    _json(command)


def _slots(commands: _Commands) -> None:
    actions = _actions(_command(commands, "slots", "show or change the fifteen slots"))
    _json(_command(actions, "list", "show all slots"))
    change = _command(
        actions,
        "set",
        "change a slot",
        epilog=f"KEY is a field of the slot ({_names(SLOT_CHECKS)}), or else "
        "a setting of its provider (prompt model ...), also written settings.KEY. "
        f"{PREFIX}KIND=FILE has a picture go along with the photo, in place of the one of its "
        f"KIND ({' '.join(MediaKind)}); without a FILE that one is taken away. "
        + _VALUES
        + _TYPED_IN
        + "ingest_password=- asks for it, or reads standard input.",
    )
    change.add_argument("slot", choices=SLOT_IDS, metavar="SLOT", help="slot-001 ... slot-015")
    _assignments(change)
    _slots_files(actions)


def _slots_files(actions: _Commands) -> None:
    leave = _command(
        actions,
        "export",
        "put slots and their templates into a file, without passwords and keys",
        epilog="photochanger slots export slots.json; photochanger slots export - --slot slot-001",
    )
    leave.add_argument("file", metavar="FILE", help="that is written; -: standard output")
    leave.add_argument("--force", action="store_true", help="replace FILE if it is there")
    arrive = _command(
        actions,
        "import",
        "set slots up as a file says, all of them or none; passwords and keys stay",
        epilog="photochanger slots import slots.json --dry-run; "
        "photochanger slots import slots.json --slot slot-001. "
        "Whoever changes a file by hand takes its line checksum away.",
    )
    arrive.add_argument("file", metavar="FILE", help="from an export; -: standard input")
    arrive.add_argument("--dry-run", action="store_true", help="only tell what would change")
    for action in (leave, arrive):
        action.add_argument(
            "--slot", choices=SLOT_IDS, metavar="SLOT", help="only this one, as slot-001"
        )


def _settings(commands: _Commands) -> None:
    actions = _actions(_command(commands, "settings", "show or change what holds for all slots"))
    _json(_command(actions, "get", "show the settings"))
    change = _command(
        actions,
        "set",
        "change settings",
        epilog=f"KEY is one of: {_names(SETTINGS_CHECKS)}. "
        + _TYPED_IN
        + "ingest_password=- asks for it, or reads standard input.",
    )
    _assignments(change)


def _admin(commands: _Commands) -> None:
    actions = _actions(_command(commands, "admin", "show or change who may log in"))
    _json(_command(actions, "list", "show the accounts"))
    change = _command(
        actions,
        "set-password",
        "set an account's password; who is logged in with the old one is out",
        epilog="The password is asked for, or read from standard input: "
        "photochanger admin set-password serg < password.txt",
    )
    change.add_argument("name", metavar="NAME", help="of the account, as serg")
    change.add_argument("--create", action="store_true", help="make the account if there is none")
    unlock = _command(
        actions,
        "unlock",
        "let somebody try again who has failed to log in too often",
        epilog="For an account or an address: photochanger admin unlock 192.168.1.20",
    )
    unlock.add_argument("who", metavar="NAME_OR_ADDRESS", help="as serg, or 192.168.1.20")


def _secrets(commands: _Commands) -> None:
    actions = _actions(_command(commands, "secrets", "keys that secrets are encrypted with"))
    rotate = _command(
        actions,
        "rotate",
        "encrypt secrets in the database anew, with the first of SECRET_KEYS",
        epilog="To change the key: put a new one in front, SECRET_KEYS=NEW,OLD, on every server, "
        "restart them, run photochanger secrets rotate, and take the old one away: "
        "SECRET_KEYS=NEW. A new one is made by: openssl rand -base64 32 | tr +/ -_",
    )
    _json(rotate)


def _backup(commands: _Commands) -> None:
    command = _command(
        commands,
        "backup",
        "put everything, rows and pictures, into one file; servers may go on",
        epilog="photochanger backup /backups/photos.tar. The file is for its owner only: it holds "
        "guests' pictures and hashes of passwords. Keys of providers are in it encrypted; the "
        "SECRET_KEYS that open them are not: keep those elsewhere. With - it goes to standard "
        "output: photochanger backup - | ssh elsewhere 'cat > photos.tar'",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="the archive; -: standard output")
    command.add_argument("--force", action="store_true", help="replace a file that is there")
    _json(command)


def _restore(commands: _Commands) -> None:
    command = _command(
        commands,
        "restore",
        "restore what backup wrote, here, where nothing is yet",
        epilog="photochanger restore /backups/photos.tar. No server may be running. The archive is "
        "checked as a whole before anything is changed.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="the archive")
    command.add_argument(
        "--force", action="store_true", help="replace everything that is here; it is lost"
    )
    _json(command)


def _send(commands: _Commands) -> None:
    command = _command(
        commands,
        "send",
        "send a photo as a booth does, and save the picture",
        epilog=_TYPED_IN + "better set PHOTOCHANGER_SEND_PASSWORD, or say --password - and it is "
        "asked for, or read from standard input.",
    )
    command.add_argument("photo", type=Path, metavar="PHOTO", help="a JPEG, PNG or WebP file")
    command.add_argument("--slot", choices=SLOT_IDS, metavar="SLOT", required=True)
    command.add_argument(
        "--url", type=_of(base_url), required=True, help="the server, as http://192.168.1.5:8000"
    )
    command.add_argument("--password", help="the ingest password; -: ask for it")
    command.add_argument(
        "--idempotency-key",
        type=_of(key),
        metavar="KEY",
        help="sent again with the same photo, it is answered with the same picture",
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="instead of ./JOB-ID.jpg")


def _simulate(commands: _Commands) -> None:
    command = _command(commands, "simulate", "run a stand-in for a provider on this machine")
    command.add_argument(
        "--provider", choices=["gemini", "turbotext"], default="gemini", help="default: gemini"
    )
    command.add_argument("--port", type=_of(whole(0, 65535)), default=8090, help="0: any free one")
    command.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    command.add_argument("--fault", metavar="NAME", help="what goes wrong with each answer")
    command.add_argument("--stage", help="of Turbotext, where: create, result or picture")
    command.add_argument("--url", help="of Turbotext, what the fault url_elsewhere names")


def _doctor(commands: _Commands) -> None:
    command = _command(
        commands,
        "doctor",
        "look at everything once before doors open, beside the running server",
        epilog="A line for each thing: ok, warn or fail, and what to do. Ends with 0 if nothing "
        "fails, with 1 if something does. In Russian where the locale is: "
        "LC_ALL=ru_RU.UTF-8 photochanger doctor. For scripts: photochanger doctor --json",
    )
    _json(command)


def _command(
    commands: _Commands, name: str, text: str, epilog: str | None = None
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=text, description=text, epilog=epilog)


def _actions(command: argparse.ArgumentParser) -> _Commands:
    return command.add_subparsers(dest="action", required=True, metavar="ACTION")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="answer in JSON")


def _assignments(command: argparse.ArgumentParser) -> None:
    command.add_argument("changes", type=_of(assignment), nargs="+", metavar="KEY=VALUE")


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
