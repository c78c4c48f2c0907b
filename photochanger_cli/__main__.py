"""The command `photochanger`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

_INTERRUPTED = 130
"""As shells have it for a program that ends by Ctrl-C (SIGINT)."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that *words*, or those of the command line, name; return its exit status."""
    try:
        # Not above: it takes half a second, in which somebody may press Ctrl-C already.
        return int(import_module("photochanger_cli.command_line").run(words))
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
