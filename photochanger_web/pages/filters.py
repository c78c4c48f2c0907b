"""What lists can be narrowed down by: choices in a form that leads to another link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from .fields import Choice


@frozen(kw_only=True)
class Filter:
    """What a list can be narrowed down by.

    Attributes:
        everything: What it is called not to narrow it down.
        value: What is chosen; empty: nothing.
    """

    name: str
    label: str
    everything: str
    choices: Sequence[Choice]
    value: str


def by_slot(
    label: str, everything: str, names: Mapping[str, str], wanted: Mapping[str, str]
) -> Filter:
    """Return the choice among slots, whose *names* are given by their ids."""
    choices = [Choice(value=one, label=f"{one} · {name}") for one, name in names.items()]
    return Filter(
        name="slot_id",
        label=label,
        everything=everything,
        choices=choices,
        value=wanted.get("slot_id", ""),
    )
