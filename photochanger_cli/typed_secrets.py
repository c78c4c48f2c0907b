"""Passwords that are typed in, as arguments are seen by everybody who lists processes."""

from __future__ import annotations

import getpass
import sys
from typing import Final

from .failures import BadUsage
from .locale import phrase
from .signals import interruptible

TYPED_IN: Final = "-"
"""Given instead of a password: it is asked for, or read from standard input."""


def type_in(what: str, *, twice: bool = False) -> str:
    """Ask for *what* on the terminal, or read the first line of standard input.

    Args:
        what: As it is asked for.
        twice: On a terminal it is asked for again, as nobody sees what is typed.

    Raises:
        BadUsage: If there is nothing, or not the same again, or what is no text.
    """
    try:
        with interruptible():
            text = _typed(what, twice=twice)
    except UnicodeDecodeError:
        raise BadUsage(phrase("typed.not_utf8", what=what)) from None
    if not text:
        raise BadUsage(phrase("typed.nothing", what=what))
    return text


def _typed(what: str, *, twice: bool) -> str:
    """Return what is typed; nothing if there is nobody to ask, or they leave (Ctrl-D)."""
    if sys.stdin is None:  # closed
        return ""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    try:
        text = getpass.getpass(f"{what}: ")
        again = getpass.getpass(phrase("typed.again", what=what) + " ") if twice else text
    except EOFError:
        return ""
    if again != text:
        raise BadUsage(phrase("typed.another", what=what))
    return text
