"""How many photos are on their way here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from attrs import define, field

from photochanger_core.domain.errors import QueueBusy

MAX_RECEIVING: Final = 64
"""Photos on their way at once: uploads hold no place for a job, but descriptors and a disk."""


@define
class Receiving:
    """How many photos are on their way to this server.

    Attributes:
        most: At once.
    """

    most: int = MAX_RECEIVING
    _count: int = field(default=0, init=False)

    @property
    def count(self) -> int:
        """How many are on their way."""
        return self._count

    def check(self) -> None:
        """Return if another photo may be sent.

        Raises:
            QueueBusy: If `most` are on their way.
        """
        if self._count >= self.most:
            raise QueueBusy("too many photos are on their way")

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count what happens inside as a photo on its way. Raises as `check`."""
        self.check()
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1
