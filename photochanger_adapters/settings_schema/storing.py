"""Whether settings can be stored, whatever else they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from photochanger_core.domain.checks import is_storable
from photochanger_core.domain.problems import FieldProblem, Problem, wrong

MOST_VALUES: Final = 200
"""JSON values in one setting: so many that no honest one has more, and none nests too deeply."""

_NUMBERS_END: Final = 2**63


def unstorable(value: object) -> FieldProblem | None:
    """Return why JSON like *value* cannot be stored, or None."""
    for number, part in enumerate(_parts(value)):
        if number >= MOST_VALUES:
            return wrong(Problem.TOO_MANY_VALUES, most=MOST_VALUES)
        if isinstance(part, str) and not is_storable(part):
            return wrong(Problem.UNSTORABLE_TEXT)
        if isinstance(part, (int, float)) and not abs(part) < _NUMBERS_END:  # nor is NaN
            return wrong(Problem.UNSTORABLE_NUMBER)
    return None


def _parts(value: object) -> Iterator[object]:
    """Yield *value* and all that is in it, names too; nesting costs no stack."""
    rest = [value]
    while rest:
        part = rest.pop()
        yield part
        if isinstance(part, dict):
            rest.extend(chain(part, part.values()))
        elif isinstance(part, list):
            rest.extend(part)
