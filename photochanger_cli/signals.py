"""Being told to leave."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def told_to_leave() -> Iterator[asyncio.Event]:
    """Yield an event that is set by Ctrl-C or SIGTERM; a second one ends the process at once."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()

    def tell() -> None:
        told.set()
        _let_go(loop)

    for number in _SIGNALS:
        loop.add_signal_handler(number, tell)
    try:
        yield told
    finally:
        _let_go(loop)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end what blocks the event loop on purpose, such as a question to whoever is there.

    Otherwise the first one would only cancel the task, which does not run before the answer.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _let_go(loop: asyncio.AbstractEventLoop) -> None:
    for number in _SIGNALS:
        loop.remove_signal_handler(number)
