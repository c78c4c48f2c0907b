"""Tell who may log in."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from photochanger_core.domain.account import Account
from photochanger_core.ports.account_repo import AccountRepoPort


@frozen(kw_only=True)
class ReadAccounts:
    """Tell who may log in."""

    accounts: AccountRepoPort

    async def __call__(self) -> Sequence[Account]:
        """Return every account, in the order of their names.

        Raises:
            AccountsUnavailable: If they cannot be read.
        """
        return await self.accounts.all()
