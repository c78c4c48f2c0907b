"""Failures to log in, in a list."""

from __future__ import annotations

from datetime import datetime

from attrs import define, field, frozen

from photochanger_core.domain.login import locked_until
from photochanger_core.ports.login_failures import LoginFailuresPort

from .storable import storable


@frozen
class _Failure:
    account: str
    address: str
    at: datetime


@define
class MemoryLoginFailures(LoginFailuresPort):
    """Failures to log in, in a list."""

    _failures: list[_Failure] = field(factory=list, init=False)

    async def count(self, account: str, address: str, at: datetime) -> datetime | None:
        new = _Failure(storable(account), storable(address), at)
        of_account = [one.at for one in self._failures if one.account == new.account]
        from_address = [one.at for one in self._failures if one.address == new.address]
        locks = [lock for ats in (of_account, from_address) if (lock := locked_until(ats, at))]
        if not locks:
            self._failures.append(new)
        return max(locks, default=None)

    async def forget(self, who: str) -> int:
        kept = [one for one in self._failures if storable(who) not in (one.account, one.address)]
        forgotten = len(self._failures) - len(kept)
        self._failures = kept
        return forgotten

    async def purge(self, before: datetime) -> None:
        self._failures = [one for one in self._failures if one.at >= before]
