"""What servers share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from attrs import define

from photochanger_adapters.memory.provider_health import MemoryProviderHealth
from photochanger_adapters.memory.result_repo import MemoryResultRepo
from photochanger_adapters.memory.turns import MemoryTurns
from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import Ports
from photochanger_core.domain.ids import JobId
from tests.memory_world import MemoryWorld

from .asking import Book, WatchedProvider
from .deeds import Deed
from .ledger import Ledger
from .lending import TroubledMediaRows, TroubledObjects, check_links
from .trouble import Road, SlowImages, Trouble, TroubledMedia, TroubledResults, TroubledTurns
from .watching import WatchedJobs

PROVIDERS: Final = ("plain-1", "plain-2", "first", "second")
FETCHES: Final = "first"
"""The one that fetches pictures by links."""


@define(eq=False)
class Surroundings:
    """What servers share.

    Attributes:
        plan: What a provider does with a photo next, by its checksum.
        live: The jobs that run in any of them.
    """

    world: MemoryWorld
    trouble: Trouble
    ledger: Ledger
    images: SlowImages
    book: Book
    plan: Callable[[str], Deed]
    live: Callable[[], Collection[JobId]]

    def ports(self, owner: str, road: Road) -> Ports:
        """Return the ports of a server named *owner*, whose stores are at the end of *road*."""
        world, health = self.world, MemoryProviderHealth(self.world.clock)
        return world.ports(
            jobs=WatchedJobs(world.jobs, road, self.ledger, self.live),
            results=TroubledResults(MemoryResultRepo(world.jobs), road),
            turns=TroubledTurns(MemoryTurns(world.jobs, world.clock), road),
            media=TroubledMedia(world.media, road),
            media_rows=TroubledMediaRows(world.media_rows, road),
            media_objects=TroubledObjects(world.media_objects, road),
            images=self.images,
            providers={name: self._provider(name, health) for name in PROVIDERS},
            provider_health=health,
            runs=TaskRuns(),
            owner=owner,
        )

    def _provider(self, name: str, health: MemoryProviderHealth) -> WatchedProvider:
        clock = self.world.clock
        return WatchedProvider(
            name=name,
            clock=clock,
            health=health,
            book=self.book,
            plan=self.plan,
            fetch=partial(check_links, self.world) if name == FETCHES else None,
        )
