"""Who may do what, and who did."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.authorise import Authorise
from photochanger_core.use_cases.log_in import LogIn
from photochanger_core.use_cases.log_out import LogOut
from photochanger_core.use_cases.open_session import OpenSession
from photochanger_core.use_cases.purge_logins import PurgeLogins
from photochanger_core.use_cases.read_accounts import ReadAccounts
from photochanger_core.use_cases.read_audit import ReadAudit
from photochanger_core.use_cases.seal_session import SealSession
from photochanger_core.use_cases.set_account_password import SetAccountPassword
from photochanger_core.use_cases.unlock_login import UnlockLogin

from .assembled import Assembled


class Accounts(Assembled):
    """Use cases about administrators."""

    @cached_property
    def authorise(self) -> Authorise:
        return Authorise(
            accounts=self._ports.accounts,
            tokens=self._ports.tokens,
            revoked_tokens=self._ports.revoked_tokens,
            clock=self._ports.clock,
        )

    @cached_property
    def log_in(self) -> LogIn:
        return LogIn(
            accounts=self._ports.accounts,
            passwords=self._ports.passwords,
            tokens=self._ports.tokens,
            failures=self._ports.login_failures,
            revoked_tokens=self._ports.revoked_tokens,
            clock=self._ports.clock,
            events=self._ports.events,
            audit=self._ports.audit,
            new_key=self._ports.new_key,
            new_token_id=self._ports.new_token_id,
        )

    @cached_property
    def log_out(self) -> LogOut:
        return LogOut(
            accounts=self._ports.accounts,
            revoked_tokens=self._ports.revoked_tokens,
            clock=self._ports.clock,
            audit=self._ports.audit,
        )

    @cached_property
    def seal_session(self) -> SealSession:
        return SealSession(seals=self._ports.seals, clock=self._ports.clock)

    @cached_property
    def open_session(self) -> OpenSession:
        return OpenSession(seals=self._ports.seals, clock=self._ports.clock)

    @cached_property
    def read_accounts(self) -> ReadAccounts:
        return ReadAccounts(accounts=self._ports.accounts)

    @cached_property
    def set_account_password(self) -> SetAccountPassword:
        return SetAccountPassword(
            accounts=self._ports.accounts,
            failures=self._ports.login_failures,
            passwords=self._ports.passwords,
            revoked_tokens=self._ports.revoked_tokens,
            clock=self._ports.clock,
            audit=self._ports.audit,
        )

    @cached_property
    def unlock_login(self) -> UnlockLogin:
        return UnlockLogin(
            failures=self._ports.login_failures, clock=self._ports.clock, audit=self._ports.audit
        )

    @cached_property
    def purge_logins(self) -> PurgeLogins:
        return PurgeLogins(
            failures=self._ports.login_failures,
            revoked_tokens=self._ports.revoked_tokens,
            clock=self._ports.clock,
        )

    @cached_property
    def read_audit(self) -> ReadAudit:
        return ReadAudit(audit=self._ports.audit)
