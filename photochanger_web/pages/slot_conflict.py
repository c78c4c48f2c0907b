"""Two who change a slot at once: what each of them wants, and what both want together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from attrs import frozen

from photochanger_core.domain.slot_values import changed

from .slot_values import Values


@frozen(kw_only=True)
class Clash:
    """A field that somebody else has changed meanwhile.

    Attributes:
        theirs: What is saved now.
        mine: What was to be saved.
        is_contested: Whether both have changed it, and not to the same.
    """

    name: str
    theirs: object
    mine: object
    is_contested: bool


def clashes(base: Values, theirs: Values, mine: Values) -> Sequence[Clash]:
    """Return what has changed from *base* to *theirs*, beside *mine*."""
    by_me = changed(base, mine)
    apart = changed(theirs, mine)
    return [
        Clash(
            name=name,
            theirs=_new(difference),
            mine=_new(by_me[name]) if name in by_me else _old(difference),
            is_contested=name in by_me and name in apart,
        )
        for name, difference in changed(base, theirs).items()
    ]


def merged(base: Values, theirs: Values, mine: Values) -> Values:
    """Return *theirs* with what has changed from *base* to *mine*."""
    both = deepcopy(theirs)
    for name, difference in changed(base, mine).items():
        if name.startswith("settings."):
            _set(both["settings"], name.removeprefix("settings."), _new(difference))
        else:
            both[name] = mine[name]
    return both


def _set(settings: dict[str, Any], name: str, value: object) -> None:
    if value is None:
        settings.pop(name, None)
    else:
        settings[name] = value


def _old(difference: object) -> object:
    return difference["old"] if isinstance(difference, Mapping) else difference


def _new(difference: object) -> object:
    return difference["new"] if isinstance(difference, Mapping) else difference
