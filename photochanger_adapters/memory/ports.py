"""All ports at once, in memory."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping

from photochanger_core.assembly import Ports
from photochanger_core.domain.ids import JobId, MediaId
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.provider import ProviderPort
from photochanger_core.ports.runs import RunsPort

from .account_repo import MemoryAccountRepo
from .audit import MemoryAudit
from .backup_mark import MemoryBackupMark
from .changes import MemoryChanges
from .cleanup_runs import MemoryCleanupRuns
from .disk import MemoryDisk
from .events import MemoryEvents
from .gallery_links import MemoryGalleryLinks
from .images import MemoryImages
from .installation import MemoryInstallation
from .job_list import MemoryJobList
from .job_repo import MemoryJobRepo
from .login_failures import MemoryLoginFailures
from .media_mark import MemoryMediaMark
from .media_repo import MemoryMediaRepo
from .media_store import MemoryMediaStore
from .metrics import MemoryMetrics
from .object_store import MemoryObjectStore
from .passwords import MemoryPasswords
from .provider_health import MemoryProviderHealth
from .provider_keys import MemoryProviderKeys
from .result_repo import MemoryResultRepo
from .revoked_tokens import MemoryRevokedTokens
from .seals import MemorySeals
from .settings_repo import MemorySettingsRepo
from .slot_repo import MemorySlotRepo
from .stats import MemoryStatsRepo
from .stray_files import MemoryStrayFiles
from .tokens import MemoryTokens
from .traces import MemoryTraces
from .turns import MemoryTurns

_ID_BYTES = 16


def memory_ports(
    *, clock: ClockPort, runs: RunsPort, providers: Mapping[str, ProviderPort]
) -> Ports:
    """Return ports that forget everything with the process; `attrs.evolve` puts others in."""
    changes = MemoryChanges()
    jobs, stored = MemoryJobRepo(changes), MemorySettingsRepo(changes)
    media, media_rows = MemoryMediaStore(clock), MemoryMediaRepo()
    audit, cleanup_runs = MemoryAudit(), MemoryCleanupRuns()
    return Ports(
        slots=MemorySlotRepo(media_rows, changes),
        settings=stored,
        jobs=jobs,
        results=MemoryResultRepo(jobs),
        gallery_links=MemoryGalleryLinks(),
        job_list=MemoryJobList(jobs),
        stats=MemoryStatsRepo(jobs, media_rows),
        changes=changes,
        turns=MemoryTurns(jobs, clock),
        installation=MemoryInstallation(),
        media_mark=MemoryMediaMark(),
        backup_mark=MemoryBackupMark(),
        media=media,
        media_rows=media_rows,
        media_objects=MemoryObjectStore(media),
        stray_files=MemoryStrayFiles(media),
        disk=MemoryDisk(),
        images=MemoryImages(),
        providers=providers,
        provider_health=MemoryProviderHealth(clock),
        provider_keys=MemoryProviderKeys(stored),
        seals=MemorySeals(),
        passwords=MemoryPasswords(),
        clock=clock,
        runs=runs,
        events=MemoryEvents(),
        metrics=MemoryMetrics(),
        audit=audit,
        cleanup_runs=cleanup_runs,
        traces=MemoryTraces(jobs, audit, cleanup_runs),
        accounts=MemoryAccountRepo(),
        tokens=MemoryTokens(),
        login_failures=MemoryLoginFailures(),
        revoked_tokens=MemoryRevokedTokens(),
        health=[],
        new_job_id=lambda: JobId(str(uuid.uuid4())),
        new_media_id=lambda: MediaId(secrets.token_hex(_ID_BYTES)),
        new_key=lambda: secrets.token_urlsafe(_ID_BYTES),
        new_token_id=lambda: secrets.token_hex(_ID_BYTES),
        owner="embedded",
    )
