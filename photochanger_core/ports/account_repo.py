"""Who may log in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from photochanger_core.domain.account import Account


class AccountRepoPort(Protocol):
    """Who may log in. Raises AccountsUnavailable if that cannot be read or kept."""

    @abstractmethod
    async def get(self, name: str) -> Account | None:
        """Return an account as it is now, whichever process changed it; None: there is none."""

    @abstractmethod
    async def all(self) -> Sequence[Account]:
        """Return every account, in the order of their names."""

    @abstractmethod
    async def save(self, account: Account) -> None:
        """Keep *account* in place of the one of that name, or beside the others."""

    @abstractmethod
    async def save_all(self, accounts: Sequence[Account]) -> None:
        """Keep *accounts* as `save` does, all of them or none."""

    @abstractmethod
    async def add_first(self, accounts: Sequence[Account]) -> bool:
        """Keep *accounts* if none was ever kept; of callers at the same time, one's are kept.

        Returns:
            Whether these are kept now.
        """
