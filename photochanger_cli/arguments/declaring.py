"""What commands are declared with."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from photochanger_cli.assignments import assignment
from photochanger_cli.locale import phrase
from photochanger_cli.usage import Help, with_examples
from photochanger_core.domain.checks import Check
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.use_cases.set_password import INGEST_PASSWORD

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - no other name
"""Where commands are added."""

Value = TypeVar("Value")


def add_command(
    commands: Commands, name: str, text: str, epilog: str = "", examples: Sequence[str] = ()
) -> argparse.ArgumentParser:
    """Add the command *name*, and return its parser."""
    return commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=with_examples(epilog, *examples),
        formatter_class=Help,
    )


def add_actions(commands: Commands, name: str, text: str, example: str) -> Commands:
    """Add the command *name*, and return where it is added what that can be told to do."""
    command = add_command(commands, name, text, examples=[example])
    return command.add_subparsers(dest="action", required=True, metavar="ACTION")


def add_slot(command: argparse.ArgumentParser, text: str, *, required: bool = False) -> None:
    """Add the choice of one slot."""
    command.add_argument("--slot", choices=SLOT_IDS, metavar="SLOT", required=required, help=text)


def add_json(command: argparse.ArgumentParser) -> None:
    """Add the switch for an answer in JSON."""
    command.add_argument("--json", action="store_true", help=phrase("help.json"))


def add_assignments(command: argparse.ArgumentParser) -> None:
    """Add values of the form KEY=VALUE."""
    command.add_argument(
        "changes",
        type=told_by(assignment),
        nargs="+",
        metavar="KEY=VALUE",
        help=phrase("help.assignments"),
    )


def names_of(checks: Mapping[str, Check]) -> str:
    """Return the keys that *checks* know, and that of the ingest password."""
    return " ".join([*checks, INGEST_PASSWORD])


def told_by(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return *parse* with its complaints in the words of argparse."""

    def parsed(text: str) -> Value:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parsed
