"""The name under which one request is found in logs, in errors, and with the job that it began."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import Attribute

_SANE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def is_correlation_id(text: str) -> bool:
    """Return whether *text* may name a request: short, and harmless wherever it is written."""
    return _SANE.fullmatch(text) is not None


def correlation_id(_: object, attribute: Attribute[Any], value: str | None) -> None:
    """Check, as an attrs validator, that a request has a name that may be one; None is none."""
    if value is not None and not is_correlation_id(value):
        raise ValueError(f"{attribute.name} must be 1-64 letters, digits, '.', '_' or '-'")
