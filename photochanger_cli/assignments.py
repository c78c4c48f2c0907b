"""`KEY=VALUE` on the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, Never

from attrs import field, frozen

from photochanger_core.use_cases.set_password import INGEST_PASSWORD

from .failures import BadUsage
from .locale import phrase
from .template_files import PREFIX
from .typed_secrets import TYPED_IN, type_in

_TEXTS: Final = frozenset({"display_name", "provider", "operation"})
"""Fields that are text whatever they look like."""


@frozen
class Assignment:
    """One `KEY=VALUE`."""

    key: str
    text: str = field(repr=False)

    def value(self) -> object:
        """Return the value: JSON where it reads as JSON, else text; None if empty.

        Raises:
            BadUsage: If it is to be typed in, and is not.
        """
        if self.key == INGEST_PASSWORD and self.text == TYPED_IN:
            return type_in(phrase("typed.ingest_password"))
        if not self.text:
            return None
        is_text = self.key in _TEXTS | {INGEST_PASSWORD} or self.key.startswith(PREFIX)
        return self.text if is_text else _json_or_text(self.text)


def assignment(text: str) -> Assignment:
    """Return the assignment that *text* is; raise ValueError if it is none."""
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise ValueError(phrase("must.be_assignment"))
    return Assignment(key, value)


def values_of(assignments: Sequence[Assignment]) -> dict[str, object]:
    """Return what is assigned, by key.

    Raises:
        BadUsage: If a key comes twice, or what is to be typed in is not.
    """
    keys = [item.key for item in assignments]
    for key in keys:
        if keys.count(key) > 1:
            raise BadUsage(phrase("assignment.twice", key=key))
    return {item.key: item.value() for item in assignments}


def _json_or_text(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):  # the latter: nested too deep
        return text


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is no JSON")
