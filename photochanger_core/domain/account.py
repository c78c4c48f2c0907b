"""Who administers, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from .moments import aware


class Scope(StrEnum):
    """What an administrator may do."""

    SLOTS_READ = "slots:read"
    SLOTS_WRITE = "slots:write"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    STATS_READ = "stats:read"


def _scopes(values: Collection[str]) -> frozenset[Scope]:
    return frozenset(map(Scope, values))


@frozen(kw_only=True)
class Account:
    """Somebody who may log in.

    Attributes:
        password_hash: As `PasswordsPort` makes it.
        password_set_at: Tokens issued before are over.
    """

    name: str
    password_hash: str = field(repr=False)
    scopes: frozenset[Scope] = field(converter=_scopes)
    password_set_at: datetime = field(validator=aware)


@frozen(kw_only=True)
class Actor:
    """Who does something, for the record.

    Attributes:
        name: Of the account, or of the program.
        address: From where; None: from this machine.
    """

    name: str
    address: str | None = None
