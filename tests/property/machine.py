"""Two servers to which everything may happen but photos and guests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from enum import Enum, auto
from typing import Any, Final, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from tests.strategies import OPTIONS
from tests.virtual_time import VirtualTimeLoop

from .sending import RICH
from .service import OWNERS, Service

T = TypeVar("T")
Rule = TypeVar("Rule", bound=Callable[..., None])

OWNER: Final = st.sampled_from(OWNERS)
_OUTAGE: Final = st.sampled_from([0.5, 3.0, 8.0, 20.0])


class Trouble(Enum):
    """What may happen beside photos."""

    CANCELS = auto()
    STEPS = auto()
    SLOWNESS = auto()
    OUTAGES = auto()
    KILLS = auto()


def needs(trouble: Trouble) -> Callable[[Rule], Rule]:
    """Let a rule apply only where *trouble* may happen."""
    return precondition(lambda self: trouble in self.troubles)


class TroubledService(RuleBasedStateMachine):
    """Two servers to which everything may happen but photos and guests.

    What may happen is drawn for each run, so that there are runs without any trouble.
    """

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=VirtualTimeLoop)
        self.service = Service()
        self.troubles: set[Trouble] = set()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize(troubles=st.sets(st.sampled_from(Trouble)), options=st.lists(OPTIONS, max_size=2))
    def open(self, troubles: set[Trouble], options: list[dict[str, Any]]) -> None:
        self.troubles = troubles
        self.run(self.service.open())
        for slot, changes in zip(RICH, options, strict=False):
            self.run(self.service.change(slot, changes))

    @rule(seconds=st.sampled_from([0.0, 0.25, 1.0, 9.5, 10.0, 16.0, 30.0]))
    def wait(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))

    @rule()
    def wait_for_all(self) -> None:
        self.run(self.service.answered())

    @needs(Trouble.STEPS)
    @rule(hours=st.sampled_from([-1, 1]))
    def step_wall_clock(self, hours: int) -> None:
        self.service.step(timedelta(hours=hours))

    @needs(Trouble.SLOWNESS)
    @rule(database=st.sampled_from([0.0, 0.0625, 0.25]), disk=st.sampled_from([0.0, 0.25, 3.0]))
    def slow_down(self, database: float, disk: float) -> None:
        self.service.disturb(is_fault=False)
        self.service.trouble.database_seconds = database
        self.service.trouble.disk_seconds = disk

    @needs(Trouble.OUTAGES)
    @rule(mute=st.booleans(), seconds=_OUTAGE)
    def lose_database(self, mute: bool, seconds: float) -> None:
        self.service.disturb(is_fault=True)
        self.service.trouble.database_away = not mute
        self.service.trouble.database_mute = mute
        self.service.loop.call_later(seconds, self.service.repair)

    @needs(Trouble.OUTAGES)
    @rule(error=st.sampled_from([StorageFull, StorageUnavailable]), seconds=_OUTAGE)
    def lose_disk(self, error: type[StorageFull | StorageUnavailable], seconds: float) -> None:
        self.service.disturb(is_fault=True)
        self.service.world.media.failing = error()
        self.service.loop.call_later(seconds, self.service.repair)

    @rule()
    def repair(self) -> None:
        self.service.repair()

    @needs(Trouble.KILLS)
    @rule(owner=OWNER, restarted=st.booleans())
    def kill(self, owner: str, restarted: bool) -> None:
        self.run(self.service.kill(owner))
        if restarted:
            self.run(self.service.start(owner))

    @rule(owner=OWNER)
    def sweep(self, owner: str) -> None:
        self.run(self.service.servers[owner].sweep())
