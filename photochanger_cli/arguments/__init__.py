"""What can be said on the command line."""

from __future__ import annotations

import argparse

from photochanger_cli.locale import phrase
from photochanger_cli.usage import Help, with_examples

from .administration import add_admin, add_secrets, add_settings
from .service import add_demo, add_send, add_serve, add_simulate
from .slots import add_slots
from .upkeep import add_backup, add_cleanup, add_db, add_doctor, add_restore


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
    add_demo(commands)
    add_serve(commands)
    add_db(commands)
    add_cleanup(commands)
    add_slots(commands)
    add_settings(commands)
    add_admin(commands)
    add_secrets(commands)
    add_backup(commands)
    add_restore(commands)
    add_send(commands)
    add_simulate(commands)
    add_doctor(commands)
    return root
