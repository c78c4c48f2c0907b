"""From words to an exit status: runs the command they name, tells what ends it in one line."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Final

from photochanger_core.domain.errors import CoreError

from .arguments import parser
from .failures import BadUsage, CommandFailed, in_words
from .language import spoken
from .locale import phrase
from .shown import shown
from .system_errors import why

_FAILED: Final = 1
_MISUSED: Final = 2
_UNREAD: Final = 141
"""As shells have it for a program that ends because nobody reads on (SIGPIPE)."""

_YOUNG: Final = 20_000
"""Objects after which Python looks for garbage, as long as the process lives: after 700, its own
number, a tenth of a start went into looking through modules, which stay."""


def run(words: Sequence[str] | None) -> int:
    """Run the command that *words*, or those of the command line, name; return its exit status.

    Raises:
        KeyboardInterrupt: On Ctrl-C, unless the command ends by it.
    """
    try:
        return _ended(words)
    except (BadUsage, CommandFailed) as error:
        return _told(_MISUSED if isinstance(error, BadUsage) else _FAILED, str(error))
    except CoreError as error:
        return _told(_FAILED, in_words(error, spoken()))
    except BrokenPipeError:
        _forget_output()
        return _UNREAD
    except OSError as error:
        _forget_output()
        where = "" if error.filename is None else f"{error.filename}: "
        return _told(_FAILED, where + why(error))


def _ended(words: Sequence[str] | None) -> int:
    """Run the command, and see to it that everything is written while errors can be told."""
    if isinstance(sys.stdout, TextIOWrapper):  # a locale may lack letters, and paths have any
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _run(parser().parse_args(words))
    except SystemExit as leaving:  # of argparse: after help, or what makes no sense
        status = int(leaving.code or 0)
    if sys.stdout is not None:
        sys.stdout.flush()
    return status


def _run(arguments: argparse.Namespace) -> int:
    """Import what the command needs, which is not installed with the core alone, and run it."""
    gc.set_threshold(_YOUNG)
    try:
        command = import_module(f"photochanger_cli.commands.{arguments.command}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("photochanger"):
            raise
        raise BadUsage(phrase("not_installed", what=error.name)) from error
    return int(asyncio.run(command.run(arguments)))


def _forget_output() -> None:
    """Have what is not written yet go nowhere: Python would try again at its end, and complain."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(status: int, text: str) -> int:
    print("photochanger:", shown(" ".join(text.split())), file=sys.stderr)
    return status
