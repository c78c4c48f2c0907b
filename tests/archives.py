"""Rows to back up and to restore, as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from photochanger_adapters.memory.all_rows import MemoryAllRows
from photochanger_adapters.postgres.archived_tables import ARCHIVED
from photochanger_adapters.postgres.migrate import migrations
from photochanger_core.domain.archive import (
    Manifest,
    PicturePart,
    RowsPart,
    TableShape,
    tell_nobody,
)
from photochanger_core.domain.ids import MediaId
from photochanger_core.ports.archive import ArchivePort
from tests.contract.samples import job_id, media_id

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATEST = len(migrations())

Row = dict[str, str | None]


def slot_row(number: int = 1, **changes: str | None) -> Row:
    return {
        "id": f"slot-{number:03}",
        "display_name": "Ёлка \"с\" 'кавычками' \\ 100%\n🙂",
        "provider": "gemini",
        "operation": "image_edit",
        "settings_json": '{"prompt": "A pirate."}',
        "is_active": "true",
        "size_limit_mb": "15",
        "ingest_password_required": "false",
        "version": "7",
        "updated_at": "2026-11-21 12:00:00.123456+00",
        "updated_by": "serg",
    } | changes


def job_row(number: int, **changes: str | None) -> Row:
    return {
        "job_id": job_id(number),
        "slot_id": "slot-001",
        "slot_version": "7",
        "source": "ingest",
        "status": "done",
        "provider_id": "gemini",
        "started_at": "2026-11-21 11:00:00+00",
        "sync_deadline": "2026-11-21 11:00:48+00",
        "expires_at": "2026-11-24 11:00:00+00",
        "finished_at": "2026-11-21 11:00:05+00",
        "owner": "booth",
        "lease_until": "2026-11-21 11:00:15+00",
        "photo_sha256": "ab" * 32,
        "metadata": '{"name": "Игорь"}',
    } | changes


def media_row(number: int, **changes: str | None) -> Row:
    return {
        "id": media_id(number),
        "job_id": None,
        "slot_id": None,
        "type": "template",
        "path": f"templates/{media_id(number)}/payload.jpg",
        "media_type": "image/jpeg",
        "size": "7",
        "sha256": f"{number:064}",
        "created_at": "2026-11-21 11:00:00+00",
        "expires_at": None,
        "cleaned_at": None,
    } | changes


def result_row(number: int, **changes: str | None) -> Row:
    its: Row = {
        "job_id": job_id(number),
        "id": job_id(number).replace("-", ""),
        "slot_id": "slot-001",
        "type": "result",
        "path": f"results/slot-001/{job_id(number)}/payload.jpg",
        "expires_at": "2026-11-24 11:00:05+00",
    }
    return media_row(number) | its | changes


def result_id(number: int) -> MediaId:
    return MediaId(job_id(number).replace("-", ""))


Tables = Mapping[str, Iterable[Row]]


def manifest_of(tables: Tables, **changes: object) -> Manifest:
    """Return what tells of *tables* with the columns that their rows have."""
    shapes = [
        TableShape(name=name, columns=tuple(next(iter(rows), {}))) for name, rows in tables.items()
    ]
    values: dict[str, object] = {
        "schema_version": LATEST,
        "created_at": NOON,
        "tables": tuple(shapes),
        "sequences": {},
    }
    return Manifest(**values | changes)  # type: ignore[arg-type] # as the test says


def parts_of(tables: Tables) -> list[RowsPart]:
    """Return the rows of *tables* as they lie in archives."""
    return [RowsPart(table=name, lines=lines(rows)) for name, rows in tables.items() if rows]


def lines(rows: Iterable[Row]) -> list[bytes]:
    return [json.dumps(row, ensure_ascii=False).encode() for row in rows]


def memory_rows(rows: Tables | None = None) -> MemoryAllRows:
    """Return rows in memory, in tables as they are in PostgreSQL."""
    return MemoryAllRows(
        tables={table.name: tuple(table.c.keys()) for table in ARCHIVED},
        fresh=frozenset({"slot", "slot_history", "settings", "audit"}),
        version=LATEST,
        rows={name: [dict(row) for row in its] for name, its in (rows or {}).items()},
    )


async def all_parts(archive: ArchivePort) -> list[object]:
    """Return everything in *archive*, pictures with their content."""
    found: list[object] = []
    async for part in archive.parts("reading", tell_nobody):
        if isinstance(part, PicturePart):
            found.append((part.media_id, b"".join([chunk async for chunk in part.chunks])))
        else:
            found.append(part)
    return found
