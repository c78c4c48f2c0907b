"""How processes of a measurement end: when told to, and by themselves if nobody tells them."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

LONGEST: Final = 3 * 3600
"""Seconds that a whole measurement may take."""


def end_by_itself(seconds: int = LONGEST) -> None:
    """Have the kernel end this process after so many seconds."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)


async def until_told() -> None:
    """Wait for SIGTERM."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()
