"""Moments as callers see them."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(moment: datetime) -> str:
    """Return *moment* in UTC to the millisecond (RFC 3339)."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def rfc3339_or_none(moment: datetime | None) -> str | None:
    """Return the same of what may be no moment."""
    return None if moment is None else rfc3339(moment)
