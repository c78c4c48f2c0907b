"""End the sessions of an administrator."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import Problem, wrong
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.revoked_tokens import RevokedTokensPort
from photochanger_core.ports.tokens import Claims


@frozen(kw_only=True)
class LogOut:
    """End sessions of an administrator: one, or all of an account."""

    accounts: AccountRepoPort
    revoked_tokens: RevokedTokensPort
    clock: ClockPort
    audit: AuditPort

    async def __call__(self, claims: Claims, *, by: Actor) -> None:
        """End the token that says *claims*, at once and on every server; others go on.

        Raises:
            QueueUnavailable: If that cannot be kept; the token stays good then.
        """
        await self.revoked_tokens.revoke(claims.token_id, claims.expires_at)
        await self._note(claims.account, {}, by)

    async def everywhere(self, account: str, *, by: Actor) -> None:
        """End all tokens of *account*, at once and on every server with this database.

        Whoever logs in afterwards, be it in the same second, is in; who is about to, is not.

        Raises:
            ValidationFailed: If there is no such account.
            AccountsUnavailable: If accounts cannot be read.
            QueueUnavailable: If that cannot be kept; the tokens stay good then.
        """
        if await self.accounts.get(account) is None:
            raise ValidationFailed([wrong(Problem.NO_SUCH_ACCOUNT).at("username")])
        await self.revoked_tokens.revoke_all(account)
        await self._note(account, {"everywhere": True}, by)

    async def _note(self, account: str, details: Mapping[str, object], by: Actor) -> None:
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                actor=by,
                action=AuditAction.LOGGED_OUT,
                subject=account,
                details=details,
            )
        )
