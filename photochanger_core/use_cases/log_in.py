"""Let an administrator in by name and password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, field, frozen

from photochanger_core.domain.account import MAX_NAME, Account, Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import Throttled, WrongCredentials
from photochanger_core.domain.events import LoginFailed, LoginSucceeded
from photochanger_core.domain.login import TOKEN_LIFE, LoginRefusal
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.events import EventsPort
from photochanger_core.ports.login_failures import LoginFailuresPort
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.revoked_tokens import RevokedTokensPort
from photochanger_core.ports.tokens import Claims, TokensPort


@frozen(kw_only=True)
class LoggedIn:
    """A token, and what it says.

    Attributes:
        life: For how long it is good.
    """

    token: str = field(repr=False)
    claims: Claims
    life: timedelta


@define(kw_only=True)
class LogIn:
    """Let an administrator in by name and password.

    A try counts as a failure before its password is looked at, so that many at once are no more
    than one after the other; a success takes that back. Killed in between, it stays a failure.
    """

    accounts: AccountRepoPort
    passwords: PasswordsPort
    tokens: TokensPort
    failures: LoginFailuresPort
    revoked_tokens: RevokedTokensPort
    clock: ClockPort
    events: EventsPort
    audit: AuditPort
    new_key: Callable[[], str]
    new_token_id: Callable[[], str]
    _nobodys_hash: str | None = field(default=None, init=False, repr=False)

    async def __call__(self, username: str, password: str, *, address: str) -> LoggedIn:
        """Return a token for the account *username*.

        Raises:
            WrongCredentials: If there is none, or *password* is not its own.
            Throttled: If there were too many failures of that name, or from *address*; the
                password is not looked at then, be it right or wrong.
            AccountsUnavailable: If accounts cannot be read.
            QueueUnavailable: If tries cannot be counted.
        """
        now = self.clock.now()  # first: tokens issued before a change of the password are over
        account = await self.accounts.get(username)
        name = username[:MAX_NAME]
        who = Actor(name=_told(name, account), address=address)
        await self._count(name, who, address, now)
        # Before the password is looked at: whoever ends all sessions meanwhile ends this one, too.
        generation = await self.revoked_tokens.generation(name)
        if not await self._fits(account, password) or account is None:
            await self._refuse(who, address, now)
            raise WrongCredentials
        await self.failures.forget(account.name)
        await self._note(AuditAction.LOGGED_IN, who, now)
        self.events.emit(LoginSucceeded(username=account.name, address=address))
        return self._issue(account, now, generation)

    async def _count(self, name: str, who: Actor, address: str, now: datetime) -> None:
        locked_until = await self.failures.count(name, address, now)
        if locked_until is not None:
            # Not in the record: whoever goes on trying could fill it.
            self._tell(who, address, LoginRefusal.THROTTLED)
            raise Throttled(retry_after=(locked_until - now).total_seconds())

    async def _fits(self, account: Account | None, password: str) -> bool:
        """Whether *password* is that of *account*; for nobody's it takes as long to say no."""
        if self._nobodys_hash is None:
            self._nobodys_hash = await self.passwords.hash(self.new_key())
        hashed = self._nobodys_hash if account is None else account.password_hash
        return await self.passwords.verify(hashed, password)

    async def _refuse(self, who: Actor, address: str, now: datetime) -> None:
        self._tell(who, address, LoginRefusal.INVALID_CREDENTIALS)
        await self._note(AuditAction.LOGIN_FAILED, who, now)

    def _tell(self, who: Actor, address: str, reason: LoginRefusal) -> None:
        self.events.emit(LoginFailed(username=who.name, reason=reason, address=address))

    async def _note(self, action: AuditAction, who: Actor, now: datetime) -> None:
        await self.audit.note(AuditEntry(at=now, actor=who, action=action, subject=who.name))

    def _issue(self, account: Account, now: datetime, generation: int) -> LoggedIn:
        second = now.replace(microsecond=0)
        claims = Claims(
            token_id=self.new_token_id(),
            account=account.name,
            scopes=account.scopes,
            # A password counts from the second on that follows the one in which it was set.
            issued_at=max(second, account.password_set_at),
            expires_at=second + TOKEN_LIFE,
            generation=generation,
        )
        return LoggedIn(token=self.tokens.issue(claims), claims=claims, life=TOKEN_LIFE)


def _told(name: str, account: Account | None) -> str:
    """Return what is logged and recorded of *name*: if nobody has it, it may be a password."""
    return f"{name[:1]}…" if account is None else account.name
