"""See whether anybody can log in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from photochanger_core.domain.checkup import Finding, Sign, failure, warning, well
from photochanger_core.domain.errors import AccountsUnavailable
from photochanger_core.ports.account_repo import AccountRepoPort

ACCOUNTS: Final = "accounts"


@frozen(kw_only=True)
class ExamineAccounts:
    """See whether anybody can log in."""

    accounts: AccountRepoPort

    async def __call__(self) -> Sequence[Finding]:
        """Return what was found."""
        try:
            accounts = await self.accounts.all()
        except AccountsUnavailable as error:
            return [failure(ACCOUNTS, Sign.ACCOUNTS_BROKEN, why=error.detail)]
        if not accounts:
            return [warning(ACCOUNTS, Sign.ACCOUNTS_NONE)]
        names = ", ".join(account.name for account in accounts)
        return [well(ACCOUNTS, Sign.ACCOUNTS_OK, names=names)]
