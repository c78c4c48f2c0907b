"""Parts whose failing stops the service."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol


class HealthPort(Protocol):
    """A part whose failing stops the service."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What the part is called in the health report."""

    @abstractmethod
    async def check(self) -> None:
        """Return if the part works. May be cancelled at any moment, also when the part hangs.

        Raises:
            CoreError: Saying why it does not.
        """
