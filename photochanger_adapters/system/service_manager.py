"""Whoever has started this process and watches over it, such as systemd."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from attrs import frozen

_PINGS: Final = 3
"""In the time after which silence counts as hanging."""


@frozen(kw_only=True)
class ServiceManager:
    """Whoever watches over this process, told as sd_notify(3) says; nobody, if there is no socket.

    Attributes:
        address: Of its socket; one that begins with @ is no file.
        watchdog_seconds: After which silence counts as hanging; None: nobody counts.
    """

    address: str | None = None
    watchdog_seconds: float | None = None

    def ready(self) -> None:
        """Tell that the start is over."""
        self._tell(b"READY=1")

    def leaving(self) -> None:
        """Tell that the process ends because it was told to."""
        self._tell(b"STOPPING=1")

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Tell again and again, while what is inside goes on, that the event loop does not hang."""
        task = asyncio.create_task(self._ping(), name="signs of life")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _ping(self) -> None:
        while self.watchdog_seconds is not None:
            self._tell(b"WATCHDOG=1")
            await asyncio.sleep(self.watchdog_seconds / _PINGS)

    def _tell(self, state: bytes) -> None:
        if self.address is None:
            return
        with (
            suppress(OSError),  # it is gone, or does not listen: nothing that we could mend
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender,
        ):
            sender.sendto(state, _as_the_kernel_has_it(self.address))


def _as_the_kernel_has_it(address: str) -> str:
    return "\0" + address[1:] if address.startswith("@") else address
