"""Pages of metrics, read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_LABEL: Final = r'[a-z_]+="[^"\\\n]*"'
_SERIES: Final = rf"[a-z_]+(\{{{_LABEL}(,{_LABEL})*\}})?"
LINE: Final = re.compile(rf"# (HELP|TYPE) [a-z_]+ [^\n]+|(?P<series>{_SERIES}) (?P<value>[^ \n]+)")
"""What a line of a page may be, of the little of Prometheus' text format that we need."""


def samples(page: str) -> Mapping[str, float]:
    """Return the samples of *page* by their series, as they are written there."""
    found = {}
    for line in page.splitlines():
        match = LINE.fullmatch(line)
        assert match is not None, line
        if match["series"]:
            assert match["series"] not in found, line
            found[match["series"]] = float(match["value"])
    return found


def name_of(series: str) -> str:
    """Return the name under which a series is known."""
    return series.partition("{")[0]


def matching(page: Mapping[str, float], name: str, **labels: str) -> Mapping[str, float]:
    """Return the samples of the series of that name that have *labels*."""
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    return {
        series: value
        for series, value in page.items()
        if name_of(series) == name and all(text in series for text in wanted)
    }


def total(page: Mapping[str, float], name: str, **labels: str) -> float:
    """Return the sum of those."""
    return sum(matching(page, name, **labels).values())
