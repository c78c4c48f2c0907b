"""Whether somebody keeps the machine's clock right."""

from __future__ import annotations

import ctypes
from typing import Final

_TIMEX_BYTES: Final = 512
"""More than `struct timex` has on any machine. All zero, it asks and sets nothing."""

_TIME_ERROR: Final = 5


def is_synchronised() -> bool | None:
    """Return whether the kernel's clock is synchronised; None: there is no telling here."""
    try:
        adjtimex = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return None
    state: int = adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return None if state < 0 else state != _TIME_ERROR
