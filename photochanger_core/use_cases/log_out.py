"""End a session of an administrator."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.revoked_tokens import RevokedTokensPort
from photochanger_core.ports.tokens import Claims


@frozen(kw_only=True)
class LogOut:
    """End a session of an administrator; others of the same account go on."""

    revoked_tokens: RevokedTokensPort
    clock: ClockPort
    audit: AuditPort

    async def __call__(self, claims: Claims, *, by: Actor) -> None:
        """End the token that says *claims*, at once and on every server.

        Raises:
            QueueUnavailable: If that cannot be kept; the token stays good then.
        """
        await self.revoked_tokens.revoke(claims.token_id, claims.expires_at)
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                actor=by,
                action=AuditAction.LOGGED_OUT,
                subject=claims.account,
            )
        )
