"""What comes of administrators who save at once, over every store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_adapters.memory.slot_repo import MemorySlotRepo
from photochanger_core.assembly import UseCases
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import VersionConflict
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.slot import Slot
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.settings_repo import SettingsRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort
from tests.memory_world import MemoryWorld

FIRST, SECOND = SlotId("slot-001"), SlotId("slot-002")
SERG, IGOR = Actor(name="serg"), Actor(name="igor")
SLOT_CHANGES: dict[str, object] = {
    "display_name": "Forest",
    "size_limit_mb": 7,
    "sync_response_seconds": 21,
    "ingest_password_required": False,
    "output_format": "png",
    "reply": "multipart",
    "gallery": "off",
    "late_result": "keep",
}
SETTINGS_CHANGES: dict[str, object] = {
    "result_ttl_hours": 24,
    "gallery_limit": 5,
    "hash_policy": "off",
    "max_in_flight_jobs": 9,
    "slot_max_in_flight": 3,
    "provider_concurrency": 2,
    "sync_response_seconds": 30,
    "dedupe_seconds": 0,
}


@define
class Service:
    """A core over stores that are looked at."""

    world: MemoryWorld
    use: UseCases
    slots: SlotRepoPort
    settings: SettingsRepoPort
    rows: MediaRepoPort

    @classmethod
    def over(
        cls, slots: SlotRepoPort, settings: SettingsRepoPort, rows: MediaRepoPort | None = None
    ) -> Service:
        world = MemoryWorld()
        rows = rows or world.media_rows
        ports = world.ports(slots=slots, settings=settings, media_rows=rows)
        return cls(world, UseCases.over(ports), slots, settings, rows)

    def beside(self) -> Service:
        """Return another server over the same stores."""
        return self.over(self.slots, self.settings, self.rows)

    async def configure(
        self, name: str, value: object, versions: set[int] | None = None, by: Actor = SERG
    ) -> None:
        await self.use.configure_slot(FIRST, {name: value}, settings={}, by=by, versions=versions)

    async def noted(self) -> int:
        return len(self.world.audit.entries)


class HesitantSlots(MemorySlotRepo):
    """Leaves others time between reading and saving, as a database does."""

    async def save(self, *slots: Slot) -> None:
        await asyncio.sleep(0)
        await super().save(*slots)


class HesitantSettings(MemorySettingsRepo):
    """The same for settings."""

    async def change(self, values: Mapping[str, object], **others: Any) -> None:
        await asyncio.sleep(0)
        await super().change(values, **others)


@pytest.fixture
async def service(
    slots: SlotRepoPort, settings_repo: SettingsRepoPort, media_rows: MediaRepoPort
) -> AsyncIterator[Service]:
    if isinstance(slots, MemorySlotRepo):
        slots, settings_repo = HesitantSlots(), HesitantSettings()
    service = Service.over(slots, settings_repo, media_rows)
    yield service
    await service.world.runs.close()


async def test_two_who_have_seen_the_same_version_of_a_slot(service: Service) -> None:
    outcomes = await asyncio.gather(
        service.configure("display_name", "Forest", {1}),
        service.configure("size_limit_mb", 7, {1}, by=IGOR),
        return_exceptions=True,
    )

    [refused] = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(refused, VersionConflict)
    assert refused.details == {"version": 2}
    saved = await service.slots.get(FIRST)
    assert (saved.display_name == "Forest") != (saved.size_limit_mb == 7)
    assert (saved.version, await service.noted()) == (2, 1)


async def test_everybody_who_has_named_no_version_of_a_slot_saves(service: Service) -> None:
    await asyncio.gather(*(service.configure(*change) for change in SLOT_CHANGES.items()))

    saved = await service.slots.get(FIRST)
    assert {name: getattr(saved, name) for name in SLOT_CHANGES} == SLOT_CHANGES
    history = await service.slots.history(FIRST, 99)
    assert [one.version for one in history] == list(range(saved.version, 0, -1))
    assert (saved.version, await service.noted()) == (1 + len(SLOT_CHANGES), len(SLOT_CHANGES))


@pytest.mark.parametrize("processes", [1, 2])
async def test_twenty_of_one_server_and_of_two_save(service: Service, processes: int) -> None:
    servers = [service] + [service.beside() for _ in range(processes - 1)]
    await asyncio.gather(
        *(one.configure("display_name", f"Name {n}") for n in range(20) for one in servers),
        *(
            one.use.configure_settings({"gallery_limit": 50 + n + 20 * place}, by=SERG)
            for n in range(20)
            for place, one in enumerate(servers)
        ),
    )

    assert (await service.slots.get(FIRST)).version == 1 + 20 * processes
    assert (await service.settings.stored()).version == 20 * processes


async def test_resets_copies_and_roll_backs_too(service: Service) -> None:
    use = service.use
    await asyncio.gather(
        use.reset_slot(FIRST, by=SERG),
        use.copy_slot(FIRST, SECOND, by=IGOR),
        use.roll_back_slot(FIRST, 1, by=SERG),
        service.configure("display_name", "Forest"),
    )

    assert (await service.slots.get(FIRST)).version == 5


async def test_two_who_have_seen_the_same_settings(service: Service) -> None:
    configure = service.use.configure_settings
    outcomes = await asyncio.gather(
        configure({"gallery_limit": 5}, by=SERG, seen={0}),
        configure({"gallery_limit": 6}, by=IGOR, seen={0}),
        return_exceptions=True,
    )

    [refused] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(refused, VersionConflict)
    assert refused.details == {"version": 1}
    assert (await service.settings.stored()).version == 1


async def test_everybody_who_has_seen_no_settings_saves(service: Service) -> None:
    await asyncio.gather(
        *(
            service.use.configure_settings({name: value}, by=SERG)
            for name, value in SETTINGS_CHANGES.items()
        )
    )

    stored = await service.settings.stored()
    found = {name: getattr(stored.settings, name) for name in SETTINGS_CHANGES}
    assert found == SETTINGS_CHANGES
    assert stored.version == await service.noted() == len(SETTINGS_CHANGES)


@given(
    st.lists(st.sampled_from(sorted(SLOT_CHANGES)), unique=True, min_size=1, max_size=8),
    st.lists(st.integers(1, 3), max_size=3),
)
def test_whoever_saves_is_told_truly(unseen: list[str], seen: list[int]) -> None:
    async def story() -> None:
        service = Service.over(HesitantSlots(), HesitantSettings())
        outcomes = await asyncio.gather(
            *(service.configure(name, SLOT_CHANGES[name]) for name in unseen),
            *(
                service.configure("settings", {"prompt": str(number)}, {version})
                for number, version in enumerate(seen)
            ),
            return_exceptions=True,
        )

        saved = await service.slots.get(FIRST)
        succeeded = outcomes.count(None)
        assert saved.version == 1 + succeeded == 1 + await service.noted()
        assert outcomes[: len(unseen)] == [None] * len(unseen)
        for version, outcome in zip(seen, outcomes[len(unseen) :], strict=True):
            if outcome is not None:
                assert isinstance(outcome, VersionConflict)
                told = outcome.details["version"]
                assert told != version
                assert told in range(1, saved.version + 1)

    asyncio.run(story())
