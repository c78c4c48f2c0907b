"""How often somebody may try to log in, and for how long they are in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MAX_FAILURES: Final = 10
"""Failures within `LOCK_TIME` after which an account or an address has to wait."""

LOCK_TIME: Final = timedelta(minutes=15)
"""How long they have to wait, from the last of these failures on."""

TOKEN_LIFE: Final = timedelta(hours=12)

SESSION_IDLE: Final = timedelta(hours=1)
"""After which a browser's session ends in which nobody does anything."""

SESSION_PURPOSE: Final = "browser session"
"""What tells a sealed session from whatever else is sealed with the same keys."""


class LoginRefusal(StrEnum):
    """Why somebody was not let in."""

    INVALID_CREDENTIALS = "invalid_credentials"
    THROTTLED = "throttled"


def locked_until(failures: Iterable[datetime], now: datetime) -> datetime | None:
    """Return until when nobody may try, after *failures* of one account or one address.

    None: at once. Tries that are refused because of that are no failures, so it has an end.
    """
    last = sorted(failures)[-MAX_FAILURES:]
    if len(last) < MAX_FAILURES or last[-1] - last[0] >= LOCK_TIME:
        return None
    until = last[-1] + LOCK_TIME
    return until if now < until else None
