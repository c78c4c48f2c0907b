"""Everything around the core, in memory, and handles to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from attrs import Factory, define, evolve, field

from photochanger_adapters.memory.account_repo import MemoryAccountRepo
from photochanger_adapters.memory.audit import MemoryAudit
from photochanger_adapters.memory.backup_mark import MemoryBackupMark
from photochanger_adapters.memory.changes import MemoryChanges
from photochanger_adapters.memory.cleanup_runs import MemoryCleanupRuns
from photochanger_adapters.memory.disk import MemoryDisk
from photochanger_adapters.memory.events import MemoryEvents
from photochanger_adapters.memory.gallery_links import MemoryGalleryLinks
from photochanger_adapters.memory.images import MemoryImages
from photochanger_adapters.memory.installation import MemoryInstallation
from photochanger_adapters.memory.job_list import MemoryJobList
from photochanger_adapters.memory.job_repo import MemoryJobRepo
from photochanger_adapters.memory.login_failures import MemoryLoginFailures
from photochanger_adapters.memory.media_mark import MemoryMediaMark
from photochanger_adapters.memory.media_repo import MemoryMediaRepo
from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_adapters.memory.metrics import MemoryMetrics
from photochanger_adapters.memory.object_store import MemoryObjectStore
from photochanger_adapters.memory.passwords import MemoryPasswords
from photochanger_adapters.memory.provider import ScriptedProvider
from photochanger_adapters.memory.provider_health import MemoryProviderHealth
from photochanger_adapters.memory.provider_keys import MemoryProviderKeys
from photochanger_adapters.memory.result_repo import MemoryResultRepo
from photochanger_adapters.memory.revoked_tokens import MemoryRevokedTokens
from photochanger_adapters.memory.seals import MemorySeals
from photochanger_adapters.memory.settings_repo import MemorySettingsRepo
from photochanger_adapters.memory.slot_repo import MemorySlotRepo
from photochanger_adapters.memory.stats import MemoryStatsRepo
from photochanger_adapters.memory.stray_files import MemoryStrayFiles
from photochanger_adapters.memory.tokens import MemoryTokens
from photochanger_adapters.memory.traces import MemoryTraces
from photochanger_adapters.memory.turns import MemoryTurns
from photochanger_adapters.system.runs import TaskRuns
from photochanger_core.assembly import Ports, UseCases
from photochanger_core.domain.ids import JobId, MediaId
from photochanger_core.ports.metrics import MetricsPort

from .virtual_time import VirtualClock

OWNER: Final = "booth.example:8000"
LINKS: Final = "https://photos.example/public/provider-media"


def numbered_job_ids() -> Callable[[], JobId]:
    """Return a source of job ids that are easy to tell apart."""
    numbers = itertools.count(1)
    return lambda: JobId(f"00000000-0000-4000-8000-{next(numbers):012x}")


def numbered_media_ids() -> Callable[[], MediaId]:
    """Return a source of ids of media objects that are easy to tell apart."""
    numbers = itertools.count(1)
    return lambda: MediaId(f"{next(numbers):032x}")


def numbered_token_ids() -> Callable[[], str]:
    """Return a source of ids of tokens that are easy to tell apart."""
    numbers = itertools.count(1)
    return lambda: f"token-id-{next(numbers)}"


def _media(world: MemoryWorld) -> MemoryMediaStore:
    return MemoryMediaStore(world.clock)


def _objects(world: MemoryWorld) -> MemoryObjectStore:
    return MemoryObjectStore(world.media)


def _strays(world: MemoryWorld) -> MemoryStrayFiles:
    return MemoryStrayFiles(world.media)


def _settings(world: MemoryWorld) -> MemorySettingsRepo:
    return MemorySettingsRepo(world.changes)


def _jobs(world: MemoryWorld) -> MemoryJobRepo:
    return MemoryJobRepo(world.changes)


def _slots(world: MemoryWorld) -> MemorySlotRepo:
    return MemorySlotRepo(world.media_rows, world.changes)


def _provider(world: MemoryWorld) -> ScriptedProvider:
    return ScriptedProvider(world.clock)


def _health(world: MemoryWorld) -> MemoryProviderHealth:
    return MemoryProviderHealth(world.clock)


@define(eq=False, kw_only=True)
class MemoryWorld:
    """Everything around the core, in memory, and handles to it."""

    clock: VirtualClock = field(factory=VirtualClock)
    changes: MemoryChanges = field(factory=MemoryChanges)
    settings: MemorySettingsRepo = field(default=Factory(_settings, takes_self=True))
    jobs: MemoryJobRepo = field(default=Factory(_jobs, takes_self=True))
    media: MemoryMediaStore = field(default=Factory(_media, takes_self=True))
    installation: MemoryInstallation = field(factory=MemoryInstallation)
    media_mark: MemoryMediaMark = field(factory=MemoryMediaMark)
    backup_mark: MemoryBackupMark = field(factory=MemoryBackupMark)
    media_rows: MemoryMediaRepo = field(factory=MemoryMediaRepo)
    slots: MemorySlotRepo = field(default=Factory(_slots, takes_self=True))
    media_objects: MemoryObjectStore = field(default=Factory(_objects, takes_self=True))
    stray_files: MemoryStrayFiles = field(default=Factory(_strays, takes_self=True))
    disk: MemoryDisk = field(factory=MemoryDisk)
    images: MemoryImages = field(factory=MemoryImages)
    provider: ScriptedProvider = field(default=Factory(_provider, takes_self=True))
    health: MemoryProviderHealth = field(default=Factory(_health, takes_self=True))
    seals: MemorySeals = field(factory=MemorySeals)
    passwords: MemoryPasswords = field(factory=MemoryPasswords)
    runs: TaskRuns = field(factory=TaskRuns)
    events: MemoryEvents = field(factory=MemoryEvents)
    metrics: MetricsPort = field(factory=MemoryMetrics)
    audit: MemoryAudit = field(factory=MemoryAudit)
    cleanup_runs: MemoryCleanupRuns = field(factory=MemoryCleanupRuns)
    accounts: MemoryAccountRepo = field(factory=MemoryAccountRepo)
    tokens: MemoryTokens = field(factory=MemoryTokens)
    login_failures: MemoryLoginFailures = field(factory=MemoryLoginFailures)
    gallery_links: MemoryGalleryLinks = field(factory=MemoryGalleryLinks)
    revoked_tokens: MemoryRevokedTokens = field(factory=MemoryRevokedTokens)
    new_job_id: Callable[[], JobId] = field(factory=numbered_job_ids)
    new_media_id: Callable[[], MediaId] = field(factory=numbered_media_ids)
    new_token_id: Callable[[], str] = field(factory=numbered_token_ids)

    async def set_for_all(self, **values: object) -> None:
        """Set what holds for all slots, also to what an administrator may not."""
        version = (await self.settings.stored()).version
        await self.settings.change(values, keys={}, version=version, by="test", at=self.clock.now())

    @cached_property
    def use(self) -> UseCases:
        """The use cases over it."""
        return UseCases.over(self.ports())

    def ports(self, **changes: Any) -> Ports:
        """Return the ports, with *changes* by their names in `Ports`."""
        ports = Ports(
            slots=self.slots,
            settings=self.settings,
            jobs=self.jobs,
            results=MemoryResultRepo(self.jobs),
            gallery_links=self.gallery_links,
            job_list=MemoryJobList(self.jobs),
            stats=MemoryStatsRepo(self.jobs, self.media_rows),
            changes=self.changes,
            turns=MemoryTurns(self.jobs, self.clock, self.runs.live),
            installation=self.installation,
            media_mark=self.media_mark,
            backup_mark=self.backup_mark,
            media=self.media,
            media_rows=self.media_rows,
            media_objects=self.media_objects,
            stray_files=self.stray_files,
            disk=self.disk,
            images=self.images,
            providers={"gemini": self.provider},
            provider_health=self.health,
            provider_keys=MemoryProviderKeys(self.settings),
            seals=self.seals,
            passwords=self.passwords,
            clock=self.clock,
            runs=self.runs,
            events=self.events,
            metrics=self.metrics,
            audit=self.audit,
            cleanup_runs=self.cleanup_runs,
            traces=MemoryTraces(self.jobs, self.audit, self.cleanup_runs),
            accounts=self.accounts,
            tokens=self.tokens,
            login_failures=self.login_failures,
            revoked_tokens=self.revoked_tokens,
            health=[],
            new_job_id=self.new_job_id,
            new_media_id=self.new_media_id,
            new_key=lambda: "gallery-key",
            new_token_id=self.new_token_id,
            provider_link=lambda media_id: f"{LINKS}/{media_id}",
            owner=OWNER,
        )
        return evolve(ports, **changes)
