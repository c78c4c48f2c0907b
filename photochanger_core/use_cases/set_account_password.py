"""Give an account its password."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from photochanger_core.domain.account import Account, Actor, account_name
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.checks import check_fields
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import Problem, wrong
from photochanger_core.ports.account_repo import AccountRepoPort
from photochanger_core.ports.audit import AuditPort
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.login_failures import LoginFailuresPort
from photochanger_core.ports.passwords import PasswordsPort
from photochanger_core.ports.revoked_tokens import RevokedTokensPort

from .set_password import password as check_password


@frozen(kw_only=True)
class SetAccountPassword:
    """Give an account its password; whoever is logged in with the old one is out at once.

    That holds for every server with this file of accounts, and for those with the same database
    and a file of their own, where the old password goes on to let in. What failed with the old
    one is forgotten, so that the new one lets in at once.
    """

    accounts: AccountRepoPort
    failures: LoginFailuresPort
    passwords: PasswordsPort
    revoked_tokens: RevokedTokensPort
    clock: ClockPort
    audit: AuditPort

    async def __call__(
        self, name: str, password: str, *, by: Actor, create: bool = False
    ) -> Account:
        """Set the password of the account *name* and return the account.

        Args:
            name: Of the account.
            password: Of 1 to `MAX_PASSWORD_BYTES` bytes.
            by: Who does it.
            create: Make the account if there is none; it may do everything.

        Raises:
            ValidationFailed: If there is no such account, or name or password cannot be one.
                Nothing is changed then.
            AccountsUnavailable: If accounts cannot be read or kept.
            QueueUnavailable: If it cannot be recorded, or failures cannot be forgotten, or servers
                with a file of their own cannot be told; the password is set then.
        """
        checks = {"username": account_name, "password": check_password}
        check_fields({"username": name, "password": password}, checks)
        account = await self.accounts.get(name)
        if account is None and not create:
            raise ValidationFailed([wrong(Problem.NO_SUCH_ACCOUNT).at("username")])
        hashed, now = await self.passwords.hash(password), self.clock.now()
        if account is None:
            changed = Account.new(name, password_hash=hashed, at=now)
        else:
            changed = account.with_password(hashed, at=now)
        await self.accounts.save(changed)
        if account is not None:
            await self.revoked_tokens.revoke_all(name)
        details = {"password": "changed"} if account else {"created": True}
        await self._note(name, details, by)
        await self.failures.forget(name)
        return changed

    async def at_first_start(self, passwords: Mapping[str, str], *, by: Actor) -> bool:
        """Make accounts with *passwords*, by name, if there never was one.

        Returns:
            Whether these are the first ones; another server may have been faster.

        Raises:
            AccountsUnavailable: If accounts cannot be read or kept.
            QueueUnavailable: If it cannot be recorded; the accounts are there then.
        """
        hashes = {name: await self.passwords.hash(text) for name, text in passwords.items()}
        now = self.clock.now()
        first = [Account.new(name, password_hash=hashes[name], at=now) for name in hashes]
        if not await self.accounts.add_first(first):
            return False
        for account in first:
            await self._note(account.name, {"created": True}, by)
        return True

    async def _note(self, name: str, details: Mapping[str, object], by: Actor) -> None:
        await self.audit.note(
            AuditEntry(
                at=self.clock.now(),
                actor=by,
                action=AuditAction.ACCOUNT_CHANGED,
                subject=name,
                details=details,
            )
        )
