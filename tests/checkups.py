"""A checkup of an installation in memory, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import Factory, define, evolve, field

from photochanger_adapters.memory.database import MemoryDatabase
from photochanger_adapters.memory.disk import MemoryDisk
from photochanger_adapters.memory.job_list import MemoryJobList
from photochanger_adapters.memory.provider import ScriptedProvider
from photochanger_adapters.memory.result_repo import MemoryResultRepo
from photochanger_adapters.memory.stats import MemoryStatsRepo
from photochanger_core.assembly.checkup import Checkup, CheckupPorts
from photochanger_core.domain.checkup import Finding, Level
from photochanger_core.domain.errors import StorageFull, StorageUnavailable
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.health import HealthPort
from tests.memory_world import MemoryWorld

SECONDS: Final = 6.0
FIRST: Final = SlotId("slot-001")
FALLBACK: Final = {
    "provider": "gemini",
    "operation": "image_edit",
    "settings": {"model": "spare"},
}


@define
class MediaHealth(HealthPort):
    """Whether pictures can be stored: it is told."""

    failing: StorageFull | StorageUnavailable | None = None

    @property
    def name(self) -> str:
        return "media"

    async def check(self) -> None:
        if self.failing is not None:
            raise self.failing


def _database(installation: Installation) -> MemoryDatabase:
    return MemoryDatabase(clock=installation.world.clock)


@define(kw_only=True)
class Installation:
    """What is looked at; all is well as long as nobody breaks it."""

    world: MemoryWorld
    database: MemoryDatabase = field(default=Factory(_database, takes_self=True))
    disk: MemoryDisk = field(factory=MemoryDisk)
    media_health: MediaHealth = field(factory=MediaHealth)
    providers: Mapping[str, ScriptedProvider] = field(
        default=Factory(lambda self: {"gemini": self.world.provider}, takes_self=True)
    )
    is_public: bool = False

    async def set_slot(self, slot_id: SlotId = FIRST, **changes: Any) -> Slot:
        """Have a slot be so, whatever the rules."""
        old = await self.world.slots.get(slot_id)
        slot = evolve(old, version=old.version + 1, **changes)
        await self.world.slots.save(slot)
        return slot

    async def found(self) -> list[Finding]:
        """Return all that a checkup finds."""
        checkup = Checkup(self.ports())
        first = await checkup.run(checkup.first(), seconds=SECONDS)
        return [*first, *await checkup.run(checkup.further(), seconds=SECONDS)]

    async def trouble(self) -> list[Finding]:
        """Return what a checkup finds that is not as it should be."""
        return [finding for finding in await self.found() if finding.level is not Level.OK]

    def ports(self) -> CheckupPorts:
        world = self.world
        return CheckupPorts(
            database=self.database,
            disk=self.disk,
            media_health=self.media_health,
            slots=world.slots,
            settings=world.settings,
            results=MemoryResultRepo(world.jobs),
            job_list=MemoryJobList(world.jobs),
            stats=MemoryStatsRepo(world.jobs, world.media_rows),
            jobs=world.jobs,
            installation=world.installation,
            media_mark=world.media_mark,
            media=world.media,
            media_rows=world.media_rows,
            media_objects=world.media_objects,
            images=world.images,
            providers=self.providers,
            accounts=world.accounts,
            clock=world.clock,
            runs=world.runs,
            new_media_id=world.new_media_id,
            new_key=lambda: "gallery-key",
            is_public=self.is_public,
            has_public_address=True,
        )
