"""Let go of what logins have left and what counts no more."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.login import LOCK_TIME
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.login_failures import LoginFailuresPort
from photochanger_core.ports.revoked_tokens import RevokedTokensPort


@frozen(kw_only=True)
class PurgeLogins:
    """Let go of failures that count no more, and of ended tokens that are over anyway."""

    failures: LoginFailuresPort
    revoked_tokens: RevokedTokensPort
    clock: ClockPort

    async def __call__(self) -> None:
        """Do so.

        Raises:
            QueueUnavailable: If it cannot go on; what is done stays done.
        """
        now = self.clock.now()
        # Failures lock within one such time, for another.
        await self.failures.purge(now - 2 * LOCK_TIME)
        await self.revoked_tokens.purge(now)
