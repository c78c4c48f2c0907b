"""Who has tried to log in, in vain."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class LoginFailuresPort(Protocol):
    """Who has tried to log in, in vain: the same for all servers, also after they start again.

    Raises QueueUnavailable if it does not answer in time.
    """

    @abstractmethod
    async def count(self, account: str, address: str, at: datetime) -> datetime | None:
        """Count a try as a failure, before its password is looked at.

        Of tries that come together, from whatever server, no more are counted than
        `locked_until` allows.

        Args:
            account: As it is named; there may be none.
            address: From where.
            at: When; what was counted with a later moment counts, too.

        Returns:
            None if it was counted. Else the moment from which on neither the account nor the
            address is locked; nothing is counted then.
        """

    @abstractmethod
    async def forget(self, who: str) -> int:
        """Forget the failures of the account or the address *who*; return how many there were."""

    @abstractmethod
    async def purge(self, before: datetime) -> None:
        """Forget failures before that moment."""
