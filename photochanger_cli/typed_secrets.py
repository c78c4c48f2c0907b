"""Passwords that are typed in, as arguments are seen by everybody who lists processes."""

from __future__ import annotations

import getpass
import sys
from typing import Final

from .failures import BadUsage

TYPED_IN: Final = "-"
"""Given instead of a password: it is asked for, or read from standard input."""


def type_in(what: str) -> str:
    """Ask for *what* on the terminal, or read the first line of standard input.

    Raises:
        BadUsage: If there is nothing.
    """
    if sys.stdin.isatty():
        text = getpass.getpass(f"{what}: ")
    else:
        text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise BadUsage(f"no {what} was typed in")
    return text
