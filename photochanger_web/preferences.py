"""What callers prefer, by the headers that say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_ITEM: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
"""One item of a list; commas inside quotes do not end it."""

_WEIGHT: Final = re.compile(r";\s*q\s*=\s*([^;\s]*)\s*(?:;|$)")
_WEIGHT_VALUE: Final = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?", re.ASCII)


def preferences(header: str | None) -> Sequence[tuple[str, float]]:
    """Return the items of an `Accept` or `Accept-Language` with their weights (RFC 9110, 12.4.2).

    The items are in lower case and without parameters. 0 means "not acceptable", and is what a
    weight counts as that is none.
    """
    return [_weighed(item) for item in _ITEM.findall((header or "").lower())]


def prefers(header: str | None, media_type: str, to: str) -> bool:
    """Whether an `Accept` asks for *media_type*, and for nothing of the type *to* even more.

    It has to be named, `*/*` does not ask for it.
    """
    ranges = dict(preferences(header))
    weight = _weight_of(media_type, ranges) or 0.0
    other = _weight_of(to, ranges)
    return weight > 0 and weight >= (ranges.get("*/*", 0.0) if other is None else other)


def _weighed(item: str) -> tuple[str, float]:
    name = item.partition(";")[0].strip()
    given = _WEIGHT.search(item)
    if given is None:
        return name, 1.0
    value = given.group(1)
    return name, float(value) if _WEIGHT_VALUE.fullmatch(value) else 0.0


def _weight_of(media_type: str, ranges: dict[str, float]) -> float | None:
    """Return the weight of what names *media_type* best: itself, else its kind, else nothing."""
    kind = media_type.partition("/")[0]
    return ranges.get(media_type, ranges.get(f"{kind}/*"))
