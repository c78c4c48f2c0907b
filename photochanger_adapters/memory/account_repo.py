"""Accounts in a dict."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from photochanger_core.domain.account import Account
from photochanger_core.ports.account_repo import AccountRepoPort


@define
class MemoryAccountRepo(AccountRepoPort):
    """Accounts in a dict."""

    _accounts: dict[str, Account] = field(factory=dict, init=False)

    async def get(self, name: str) -> Account | None:
        return self._accounts.get(name)

    async def all(self) -> Sequence[Account]:
        return [self._accounts[name] for name in sorted(self._accounts)]

    async def save(self, account: Account) -> None:
        await self.save_all([account])

    async def save_all(self, accounts: Sequence[Account]) -> None:
        self._accounts |= {account.name: account for account in accounts}

    async def add_first(self, accounts: Sequence[Account]) -> bool:
        if self._accounts:
            return False
        self._accounts = {account.name: account for account in accounts}
        return True
