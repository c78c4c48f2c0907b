"""Rows in memory, taken out and put in as a whole."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from attrs import define, evolve, field

from photochanger_core.domain.archive import (
    ArchiveDamaged,
    Manifest,
    Promised,
    RestoreRefused,
    RowsPart,
    StoredResult,
    TableShape,
)
from photochanger_core.domain.ids import SLOT_IDS, JobId, MediaId, SlotId
from photochanger_core.domain.job import Result
from photochanger_core.domain.media import MediaObject, MediaUse
from photochanger_core.domain.picture import MediaType
from photochanger_core.domain.settings import SETTINGS_CHECKS
from photochanger_core.ports.all_rows import AllRowsPort, Replacement, Snapshot

PICTURES: Final = "media_object"
"""The table whose rows promise pictures."""

Row = dict[str, str | None]


@define
class MemoryAllRows(AllRowsPort):
    """Tables of texts; one of them promises pictures, with the columns that it has elsewhere.

    Attributes:
        tables: Columns by table, in the order in which tables can be filled.
        fresh: Tables that are not empty after a first start.
        rows: What there is, by table.
    """

    tables: Mapping[str, tuple[str, ...]]
    fresh: frozenset[str] = frozenset()
    version: int = 1
    rows: dict[str, list[Row]] = field(factory=dict)
    sequences: dict[str, int] = field(factory=dict)
    users: int = 0
    _is_held: bool = field(default=False, init=False)

    @asynccontextmanager
    async def snapshot(self, now: datetime) -> AsyncIterator[Snapshot]:
        if self._is_held:
            raise RestoreRefused("the rows are being replaced")
        self.users += 1
        try:
            yield _MemorySnapshot(self._manifest(now), deepcopy(self.rows))
        finally:
            self.users -= 1

    @asynccontextmanager
    async def replacement(self, manifest: Manifest, *, force: bool) -> AsyncIterator[Replacement]:
        self._check(manifest, force=force)
        self._is_held = True
        try:
            yield _MemoryReplacement(self, manifest)
        finally:
            self._is_held = False

    def _manifest(self, now: datetime) -> Manifest:
        return Manifest(
            schema_version=self.version,
            created_at=now,
            tables=tuple(TableShape(name=n, columns=c) for n, c in self.tables.items()),
            sequences=dict(self.sequences),
        )

    def _check(self, manifest: Manifest, *, force: bool) -> None:
        if manifest.schema_version > self.version:
            raise RestoreRefused("the rows are of a later program")
        if set(manifest.sequences) - set(self.sequences):
            raise ArchiveDamaged("nobody knows some of its sequences")
        for table in manifest.tables:
            if set(table.columns) - set(self.tables.get(table.name, ())):
                raise ArchiveDamaged(f"nobody knows {table.name}, or some of its columns")
        if self._is_held or self.users:
            raise RestoreRefused("the rows are in use")
        if not force and any(rows for name, rows in self.rows.items() if name not in self.fresh):
            raise RestoreRefused("there are rows already")


@define
class _MemorySnapshot(Snapshot):
    _manifest: Manifest
    _rows: dict[str, list[Row]]

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    async def count_rows(self) -> int:
        return sum(map(len, self._rows.values()))

    async def rows(self) -> AsyncIterator[RowsPart]:
        for table in self._manifest.tables:
            if rows := self._rows.get(table.name):
                lines = [json.dumps(row).encode() for row in rows]
                yield RowsPart(table=table.name, lines=lines)

    async def count_promised(self, now: datetime) -> int:
        return len(_promised_in(self._rows, now))

    async def promised(self, now: datetime) -> AsyncIterator[Promised]:
        for promised in _promised_in(self._rows, now):
            yield promised


@define
class _MemoryReplacement(Replacement):
    _place: MemoryAllRows
    _manifest: Manifest
    _rows: dict[str, list[Row]] = field(factory=dict)
    _arrived: set[MediaId] = field(factory=set)

    async def load(self, rows: RowsPart) -> None:
        names = [table.name for table in self._manifest.tables]
        if rows.table not in names or self._arrived:
            raise ArchiveDamaged(f"rows of {rows.table} come where none should")
        if any(names.index(before) > names.index(rows.table) for before in self._rows):
            raise ArchiveDamaged(f"rows of {rows.table} come too late")
        try:
            self._rows.setdefault(rows.table, []).extend(map(json.loads, rows.lines))
        except (ValueError, RecursionError) as error:
            raise ArchiveDamaged(f"rows of {rows.table} are none") from error

    async def expect(self, media_id: MediaId) -> Promised:
        if media_id in self._arrived:
            raise ArchiveDamaged(f"{media_id} comes twice")
        self._arrived.add(media_id)
        for row in self._rows.get(PICTURES, []):
            if row["id"] == media_id and row["cleaned_at"] is None:
                try:
                    return _promise(row)
                except (TypeError, ValueError) as error:
                    raise ArchiveDamaged(f"the row of {media_id} is none") from error
        raise ArchiveDamaged(f"no row knows {media_id}")

    async def missing(self, now: datetime) -> Sequence[MediaId]:
        promised = {one.media_id for one in _promised_in(self._rows, now)}
        return sorted(promised - self._arrived)

    async def commit(self) -> None:
        _check_readable(self._rows)
        for row in self._rows.get(PICTURES, []):
            if row["cleaned_at"] is None and row["id"] not in self._arrived:
                row["cleaned_at"] = str(self._manifest.created_at)
        self._place.rows = self._rows
        self._place.sequences = dict(self._manifest.sequences)


def _promised_in(rows: Mapping[str, list[Row]], now: datetime) -> list[Promised]:
    everything = [_promise(row) for row in rows.get(PICTURES, [])]
    return [
        one
        for one in everything
        if not one.is_gone(now)
        and (isinstance(one, StoredResult) or one.use is not MediaUse.PROVIDER)
    ]


def _check_readable(rows: Mapping[str, list[Row]]) -> None:
    for row in rows.get("slot", []):
        if row["id"] not in SLOT_IDS or not isinstance(_parsed(row, "settings_json"), dict):
            raise ArchiveDamaged("a slot is none")
    for row in rows.get("settings", []):
        checks = {key: check for key, check in SETTINGS_CHECKS.items() if key == row["key"]}
        if any(check(_parsed(row, "value")) for check in checks.values()):
            raise ArchiveDamaged("a setting is none")


def _parsed(row: Row, column: str) -> object:
    try:
        return json.loads(row[column] or "null")
    except RecursionError:
        return None


def _promise(row: Mapping[str, Any]) -> Promised:
    created_at = datetime.fromisoformat(row["created_at"])
    expires_at, cleaned_at = (
        None if row[name] is None else datetime.fromisoformat(row[name])
        for name in ("expires_at", "cleaned_at")
    )
    media = MediaObject(
        media_id=MediaId(row["id"]),
        use=MediaUse.UPLOAD,
        media_type=MediaType(row["media_type"]),
        size=int(row["size"]),
        sha256=row["sha256"],
        location=row["path"],
        created_at=created_at,
        expires_at=expires_at,
        cleaned_at=cleaned_at,
    )
    if row["type"] != "result":
        return evolve(media, use=MediaUse(row["type"]))
    return StoredResult(
        media_id=media.media_id,
        slot_id=SlotId(row["slot_id"]),
        job_id=JobId(row["job_id"]),
        result=Result(
            media_type=media.media_type,
            size=media.size,
            sha256=media.sha256,
            location=media.location,
            expires_at=expires_at or created_at,
            cleaned_at=cleaned_at,
        ),
    )
