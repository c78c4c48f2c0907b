"""Passwords that are typed in, as arguments are seen by everybody who lists processes."""

from __future__ import annotations

import getpass
import sys
from typing import Final

from .failures import BadUsage

TYPED_IN: Final = "-"
"""Given instead of a password: it is asked for, or read from standard input."""


def type_in(what: str, *, twice: bool = False) -> str:
    """Ask for *what* on the terminal, or read the first line of standard input.

    Args:
        what: As it is asked for.
        twice: On a terminal it is asked for again, as nobody sees what is typed.

    Raises:
        BadUsage: If there is nothing, or not the same again.
    """
    if sys.stdin.isatty():
        text = getpass.getpass(f"{what}: ")
        if twice and getpass.getpass(f"{what} again: ") != text:
            raise BadUsage(f"that was another {what}")
    else:
        text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise BadUsage(f"no {what} was typed in")
    return text
