"""How long something is there yet, and when it was, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from .ago import Texts

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE


def time_left(until: datetime, t: Texts, now: datetime) -> str:
    """Return how long it is from *now* to *until*; short words, which no number inflects.

    They stay the same for long, so that parts of pages do. Scripts count the last hour down.
    """
    seconds = (until - now).total_seconds()
    if seconds < _MINUTE:
        return t("public.less_than_a_minute")
    if seconds < _HOUR:
        return t("public.minutes", number=int(seconds // _MINUTE))
    return t("public.hours", number=int(seconds // _HOUR))


def time_of_day(at: datetime) -> str:
    """Return the time of *at* for those without scripts: nobody else knows where they are."""
    return f"{at.astimezone(UTC):%H:%M} UTC"
