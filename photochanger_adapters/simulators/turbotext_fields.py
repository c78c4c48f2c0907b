"""What the fields of a Turbotext form may hold."""

from __future__ import annotations

import re
from collections.abc import Callable


def text(value: str) -> bool:
    """Whether there is something to read."""
    return bool(value.strip())


def boolean(value: str) -> bool:
    """Whether it is one of the two truth values, spelled as Python does."""
    return value in ("True", "False")


def language(value: str) -> bool:
    """Whether it looks like a code of ISO 639-1."""
    return re.fullmatch("[a-z]{2}", value) is not None


def whole(least: int, most: int) -> Callable[[str], bool]:
    """Return the check for whole numbers from *least* to *most*."""

    def check(value: str) -> bool:
        return re.fullmatch("[0-9]{1,19}", value) is not None and least <= int(value) <= most

    return check


def decimal(least: float, most: float) -> Callable[[str], bool]:
    """Return the check for numbers from *least* to *most*, with a point or without."""

    def check(value: str) -> bool:
        number = re.fullmatch(r"[0-9]{1,19}(\.[0-9]{1,19})?", value)
        return number is not None and least <= float(value) <= most

    return check
