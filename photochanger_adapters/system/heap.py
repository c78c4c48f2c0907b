"""How memory is shared out, and looked through."""

from __future__ import annotations

import ctypes
import gc
from typing import Final

_M_ARENA_MAX: Final = -8
"""Of glibc's malloc.h."""


def share_heap() -> bool:
    """Have all threads take memory from one heap, as long as there is only one thread yet.

    glibc gives each thread a heap of its own, which keeps what was freed for that thread alone:
    ten threads that read pictures keep ten times as much, and what one has freed is of no use to
    another. They hardly wait for each other: what allocates mostly holds Python's own lock.

    Returns:
        Whether they do; False: this is another C library.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_ARENA_MAX, 1))


def settle_heap() -> None:
    """Have Python's collector pass over all there is by now, which lives as long as the process.

    It would look through more than 100,000 objects again and again, and hold up the loop for 65 ms.
    """
    gc.collect()
    gc.freeze()
