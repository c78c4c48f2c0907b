"""Moments on the wall clock, as fields of values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import Attribute


def aware(_: object, attribute: Attribute[Any], value: datetime | None) -> None:
    """Check, as an attrs validator, that a moment knows its time zone; None is no moment."""
    if value is not None and value.utcoffset() is None:
        raise ValueError(f"{attribute.name} must be timezone-aware")
