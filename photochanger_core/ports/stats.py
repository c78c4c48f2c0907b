"""What is told of many jobs at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Protocol

from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.stats import (
    Course,
    Kept,
    ProviderTally,
    Series,
    SlotState,
    SlotTallies,
    Tally,
    Totals,
)
from photochanger_core.domain.window import Window


class StatsPort(Protocol):
    """What is told of many jobs at once, as they are stored now.

    A job is in a window if it began in it, an attempt likewise. Jobs are counted as `outcome_of`
    says. Percentiles are rounded to whole milliseconds, halves to the even one.

    Every method raises QueueUnavailable if the store does not answer in time.
    """

    @abstractmethod
    async def tallies(self, window: Window) -> SlotTallies:
        """Return the tallies of the jobs in *window*: of each slot that had any, and of all."""

    @abstractmethod
    async def course(self, window: Window) -> Course:
        """Return the same with the series of all, by the stretches of *window*."""

    @abstractmethod
    async def tallies_apart(self, windows: Mapping[SlotId, Window]) -> Mapping[SlotId, Tally]:
        """Return the tallies of slots, each in a window of its own, of those that had any jobs."""

    @abstractmethod
    async def series(self, window: Window, slots: Collection[SlotId]) -> Series:
        """Return the series of the jobs of *slots* together, by the stretches of *window*."""

    @abstractmethod
    async def series_by_slot(self, window: Window) -> Mapping[SlotId, Series]:
        """Return the same for each slot that had jobs."""

    @abstractmethod
    async def states(self) -> Mapping[SlotId, SlotState]:
        """Return how every slot stands; its last success and error are looked for in all time."""

    @abstractmethod
    async def totals(self) -> Totals:
        """Return what there is, whenever it came."""

    @abstractmethod
    async def kept(self, window: Window) -> Kept:
        """Return what was stored as results of jobs that ended in *window*."""

    @abstractmethod
    async def providers(self, window: Window) -> Mapping[str, ProviderTally]:
        """Return the tallies of attempts in *window*, by the names of providers that had any."""

    @abstractmethod
    async def attempts_of(self, window: Window, slot: SlotId) -> Mapping[str, ProviderTally]:
        """Return the tallies of all attempts of the jobs of *slot* in *window*, by provider."""
