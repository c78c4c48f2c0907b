"""Let an administrator in who may do something."""

from __future__ import annotations

from attrs import evolve, frozen

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import Forbidden, Unauthorized
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.revoked_tokens import RevokedTokensPort
from photochanger_core.ports.tokens import Claims, TokensPort


@frozen(kw_only=True)
class Authorise:
    """Let an administrator in who may do something."""

    accounts: AccountRepoPort
    tokens: TokensPort
    revoked_tokens: RevokedTokensPort
    clock: ClockPort

    async def __call__(self, token: str | None, scope: Scope | None) -> Claims:
        """Return what *token* says, if it is good for *scope*; None: for anything.

        Its scopes are those that its account still has.

        Raises:
            Unauthorized: If there is no token, or none that counts any more.
            Forbidden: If its account may not do this.
            AccountsUnavailable: If accounts cannot be read.
            QueueUnavailable: If nobody knows which tokens were ended.
        """
        if token is None:
            raise Unauthorized
        claims = self.tokens.read(token)
        account = await self.accounts.get(claims.account)
        if account is None or self.clock.now() >= claims.expires_at:
            raise Unauthorized
        if claims.issued_at < account.password_set_at.replace(microsecond=0):
            raise Unauthorized
        if await self.revoked_tokens.is_revoked(claims):
            raise Unauthorized
        scopes = account.scopes.intersection(claims.scopes)
        if scope is not None and scope not in scopes:
            raise Forbidden
        return evolve(claims, scopes=scopes)
