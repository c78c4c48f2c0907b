"""Failures to log in, in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Interval,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from photochanger_core.domain.login import LOCK_TIME, MAX_FAILURES
from photochanger_core.ports.login_failures import LoginFailuresPort

from .columns import CODE, MOMENT
from .gateway import Gateway, Lock
from .statements import Statement, given
from .tables import LOGIN_FAILURES

_ACCOUNT: Final = given("account", CODE)
_ADDRESS: Final = given("address", CODE)
_AT: Final = given("at", MOMENT)
_LOCK_TIME: Final = literal(LOCK_TIME, Interval())


def _lock(whose: ColumnElement[bool]) -> Select[Any]:
    """The end of a lock that there is, as `locked_until` says: one row or none."""
    last = (
        select(LOGIN_FAILURES.c.at)
        .where(whose)
        .order_by(LOGIN_FAILURES.c.at.desc())
        .limit(MAX_FAILURES)
        .subquery()
    )
    latest = func.max(last.c.at)
    are_many = and_(
        func.count() >= MAX_FAILURES,
        latest - func.min(last.c.at) < _LOCK_TIME,
        latest + _LOCK_TIME > _AT,
    )
    return select((latest + _LOCK_TIME).label("until")).having(are_many)


def _count() -> Select[Any]:
    locks = union_all(
        _lock(LOGIN_FAILURES.c.account == _ACCOUNT), _lock(LOGIN_FAILURES.c.address == _ADDRESS)
    ).cte("locks")
    added = (
        insert(LOGIN_FAILURES)
        .from_select(
            ["account", "address", "at"],
            select(_ACCOUNT, _ADDRESS, _AT).where(~select(locks.c.until).exists()),
        )
        .cte("added")
    )
    return select(func.max(locks.c.until).label("locked_until")).add_cte(added)


_COUNT: Final = Statement.of(_count())
_FORGET: Final = Statement.of(
    delete(LOGIN_FAILURES)
    .where(
        or_(
            LOGIN_FAILURES.c.account == given("who", CODE),
            LOGIN_FAILURES.c.address == given("who", CODE),
        )
    )
    .returning(LOGIN_FAILURES.c.id)
)
_PURGE: Final = Statement.of(
    delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.at < given("before", MOMENT))
)


@frozen
class PgLoginFailures(LoginFailuresPort):
    """Failures to log in, in `login_failure`."""

    _gateway: Gateway

    async def count(self, account: str, address: str, at: datetime) -> datetime | None:
        [row] = await self._gateway.serialised(
            Lock.LOGIN, _COUNT, account=account, address=address, at=at
        )
        locked_until: datetime | None = row["locked_until"]
        return locked_until

    async def forget(self, who: str) -> int:
        return len(await self._gateway.rows(_FORGET, who=who))

    async def purge(self, before: datetime) -> None:
        await self._gateway.rows(_PURGE, before=before)
