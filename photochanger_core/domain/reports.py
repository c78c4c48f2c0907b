"""How the service has been doing, as administrators are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import field, frozen

from .job import Job
from .slot import Slot
from .stats import ProviderTally, SlotState, Tally, Totals
from .window import Window

Points = Sequence[tuple[datetime, Tally]]
"""Tallies of the stretches of a window, by when they begin."""


@frozen(kw_only=True)
class SlotStats:
    """How a slot has been doing.

    Attributes:
        points: Empty where nobody has asked for them.
    """

    slot: Slot
    state: SlotState
    tally: Tally
    points: Points = ()

    @property
    def display_name(self) -> str:
        """What the slot is called: by its id, if it has no name."""
        return self.slot.display_name.strip() or self.slot.slot_id


@frozen(kw_only=True)
class SystemStats:
    """How everything together has been doing.

    Attributes:
        points: Empty where nobody has asked for them.
    """

    totals: Totals
    active_jobs: int
    tally: Tally
    points: Points = ()


@frozen(kw_only=True)
class Overview:
    """How everything, and every slot in the order of ids, has been doing."""

    window: Window
    system: SystemStats
    slots: Sequence[SlotStats]


@frozen(kw_only=True)
class SlotsReport:
    """How every slot has been doing, in the order of ids, with points."""

    window: Window
    slots: Sequence[SlotStats]


@frozen(kw_only=True)
class SlotReport:
    """How a slot has been doing, with points.

    Attributes:
        failures: The last jobs that failed or timed out, with their attempts, the youngest first,
            whether their guests were given their own photo or not.
    """

    window: Window
    slot: SlotStats
    failures: Sequence[Job]


@frozen(kw_only=True)
class Trend:
    """How something has been doing, stretch by stretch."""

    window: Window
    points: Points


@frozen(kw_only=True)
class ProviderStats:
    """How a provider has been doing.

    Attributes:
        quota_left: What it told this server last, by its own names; empty: nothing yet.
    """

    name: str
    tally: ProviderTally
    quota_left: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class SystemReport:
    """How everything together has been doing, with points, and providers in the order of names."""

    window: Window
    system: SystemStats
    providers: Sequence[ProviderStats]
