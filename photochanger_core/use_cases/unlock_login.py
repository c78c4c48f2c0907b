"""Let somebody try to log in again."""

from __future__ import annotations

from attrs import frozen

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.login_failures import LoginFailuresPort


@frozen(kw_only=True)
class UnlockLogin:
    """Let somebody try to log in again at once, however often that has failed."""

    failures: LoginFailuresPort
    clock: ClockPort
    audit: AuditPort

    async def __call__(self, who: str, *, by: Actor) -> int:
        """Forget the failures of the account or the address *who*; return how many there were.

        Raises:
            QueueUnavailable: If that cannot be kept.
        """
        forgotten = await self.failures.forget(who)
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                actor=by,
                action=AuditAction.ACCOUNT_CHANGED,
                subject=who,
                details={"failures_forgotten": forgotten},
            )
        )
        return forgotten
