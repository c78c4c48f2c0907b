"""The command `photochanger`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from importlib import import_module

from photochanger_core.domain.errors import CoreError

from .arguments import parser
from .failures import BadUsage, CommandFailed, in_words
from .language import language_of
from .shown import shown
from .variables import environment

_FAILED, _MISUSED, _INTERRUPTED = 1, 2, 130


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that *words*, or those of the command line, name; return its exit status."""
    arguments = parser().parse_args(words)
    try:
        return _run(arguments)
    except BadUsage as error:
        return _told(_MISUSED, str(error))
    except CommandFailed as error:
        return _told(_FAILED, str(error))
    except CoreError as error:
        return _told(_FAILED, in_words(error, language_of(environment())))
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(arguments: argparse.Namespace) -> int:
    """Import what the command needs, which is not installed with the core alone, and run it."""
    try:
        command = import_module(f"photochanger_cli.commands.{arguments.command}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("photochanger"):
            raise
        raise BadUsage(
            f"{error.name} is not installed; run: pip install 'photochanger[server]'"
        ) from error
    return int(asyncio.run(command.run(arguments)))


def _told(status: int, text: str) -> int:
    print("photochanger:", shown(" ".join(text.split())), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
