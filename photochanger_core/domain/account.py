"""Who administers, and what they may do."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from attrs import Attribute, evolve, field, frozen

from .moments import aware
from .problems import FieldProblem, Problem, wrong

MAX_NAME: Final = 64
"""Characters that an account's name has at most."""

_NAME: Final = re.compile(rf"[A-Za-z][\w.@-]{{0,{MAX_NAME - 1}}}", re.ASCII)
"""Never an address: those are locked out and let in again by the same command."""


class Scope(StrEnum):
    """What an administrator may do."""

    SLOTS_READ = "slots:read"
    SLOTS_WRITE = "slots:write"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    STATS_READ = "stats:read"


ALL_SCOPES: Final = frozenset(Scope)


def account_name(value: object) -> Sequence[FieldProblem]:
    """Check that *value* can be the name of an account."""
    if isinstance(value, str) and _NAME.fullmatch(value):
        return []
    return [wrong(Problem.NOT_AN_ACCOUNT_NAME, most=MAX_NAME)]


def _is_name(_: object, attribute: Attribute[Any], value: str) -> None:
    for problem in account_name(value):
        raise ValueError(str(problem.at(attribute.name)))


def _scopes(values: Collection[str]) -> frozenset[Scope]:
    return frozenset(map(Scope, values))


@frozen(kw_only=True)
class Account:
    """Somebody who may log in.

    Attributes:
        password_hash: As `PasswordsPort` makes it.
        password_set_at: Tokens issued before are over. `with_password` makes it a whole second,
            as tokens tell their own moment by the second.
    """

    name: str = field(validator=_is_name)
    password_hash: str = field(repr=False)
    scopes: frozenset[Scope] = field(converter=_scopes)
    password_set_at: datetime = field(validator=aware)

    @classmethod
    def new(cls, name: str, *, password_hash: str, at: datetime) -> Account:
        """Return an account made at *at* that may do everything.

        Raises:
            ValueError: If *name* is none.
        """
        return cls(
            name=name,
            password_hash=password_hash,
            scopes=ALL_SCOPES,
            password_set_at=_next_second(at),
        )

    def with_password(self, password_hash: str, *, at: datetime) -> Account:
        """Return the account with another password, set at *at*.

        Tokens issued until then are over, also those of the same second, and those that were
        issued for a password that was set a moment ago.
        """
        latest = max(at, self.password_set_at)
        return evolve(self, password_hash=password_hash, password_set_at=_next_second(latest))


def _next_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0) + timedelta(seconds=1)


@frozen(kw_only=True)
class Actor:
    """Who does something, for the record.

    Attributes:
        name: Of the account, or of the program.
        address: From where; None: from this machine.
    """

    name: str
    address: str | None = None
