"""Let an administrator in who may do something."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import Forbidden, Unauthorized
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.tokens import Claims, TokensPort


@frozen(kw_only=True)
class Authorise:
    """Let an administrator in who may do something."""

    accounts: AccountRepoPort
    tokens: TokensPort
    clock: ClockPort

    async def __call__(self, token: str | None, scope: Scope | None) -> Claims:
        """Return what *token* says, if it is good for *scope*; None: for anything.

        Raises:
            Unauthorized: If there is no token, or none that counts any more.
            Forbidden: If its account may not do this.
            StorageUnavailable: If accounts cannot be read.
        """
        if token is None:
            raise Unauthorized
        claims = self.tokens.read(token)
        account = await self.accounts.get(claims.account)
        if account is None or self.clock.now() >= claims.expires_at:
            raise Unauthorized
        if claims.issued_at < account.password_set_at.replace(microsecond=0):
            raise Unauthorized
        if scope is not None and not (scope in claims.scopes and scope in account.scopes):
            raise Forbidden
        return claims
