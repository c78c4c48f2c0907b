"""How long ago something was, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

Texts = Callable[..., str]
"""Returns the text for a key, as `page_text` does in one language."""


def ago(t: Texts, moment: datetime, now: datetime) -> str:
    """Return how long before *now* *moment* was; short words, which no number inflects."""
    seconds = int((now - moment).total_seconds())
    if seconds < _MINUTE:
        return t("ago.just_now")
    if seconds < _HOUR:
        return t("ago.minutes", number=seconds // _MINUTE)
    if seconds < _DAY:
        return t("ago.hours", number=seconds // _HOUR)
    return t("ago.days", number=seconds // _DAY)
