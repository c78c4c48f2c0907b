"""Accounts in a file of JSON."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from attrs import define, field, frozen

from photochanger_core.domain.account import Account
from photochanger_core.domain.errors import AccountsUnavailable
from photochanger_core.ports.account_repo import AccountRepoPort

from .account_file import accounts_of, text_of
from .safe_file import alone, read_bounded, replace

T = TypeVar("T")

Accounts = Mapping[str, Account]


@frozen
class _Seen:
    """What was read, and how the file looked then."""

    stamp: tuple[int, int, int]
    accounts: Accounts


@define
class FileAccountRepo(AccountRepoPort):
    """Accounts in a file of JSON that only its owner may read.

    A change by whoever it may be counts from the next question on: the file is looked at each
    time, and read when it is another one. It is replaced as a whole; servers and commands that
    change it take turns. Without a file there are no accounts; one that is broken lets nobody in.
    """

    _path: Path
    _seen: _Seen | None = field(default=None, init=False, repr=False)

    async def get(self, name: str) -> Account | None:
        return (await self._in_thread(self._read)).get(name)

    async def all(self) -> Sequence[Account]:
        accounts = await self._in_thread(self._read)
        return [accounts[name] for name in sorted(accounts)]

    async def save(self, account: Account) -> None:
        await self.save_all([account])

    async def save_all(self, accounts: Sequence[Account]) -> None:
        await self._in_thread(lambda: self._save(accounts))

    async def add_first(self, accounts: Sequence[Account]) -> bool:
        return await self._in_thread(lambda: self._add_first(accounts))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise AccountsUnavailable(f"{self._path} cannot be used: {reason}") from error
        except ValueError as error:
            raise AccountsUnavailable(f"{self._path} is broken: {error}") from None

    def _read(self) -> Accounts:
        seen = self._seen
        try:
            if seen is None or seen.stamp != _stamp(self._path.stat()):
                content, status = read_bounded(self._path)
                self._seen = seen = _Seen(_stamp(status), accounts_of(content))
        except FileNotFoundError:
            return {}
        return seen.accounts

    def _save(self, accounts: Sequence[Account]) -> None:
        with alone(self._path):
            self._write({**self._read(), **{account.name: account for account in accounts}})

    def _add_first(self, accounts: Sequence[Account]) -> bool:
        with alone(self._path):
            if self._path.exists():
                return False
            self._write({account.name: account for account in accounts})
            return True

    def _write(self, accounts: Accounts) -> None:
        replace(self._path, text_of(list(accounts.values())))


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_mtime_ns, status.st_ino, status.st_size
