"""Pictures kept in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Final

from attrs import define, field

from photochanger_core.domain.blob import Blob, BytesBlob, Digest
from photochanger_core.domain.errors import ResultNotFound, StorageFull, StorageUnavailable
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Job, Result
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.clock import ClockPort
from photochanger_core.ports.media_store import MediaStorePort, Spool

CLOSED: Final = "it is closed"


@define(eq=False)
class _MemoryBlob(Blob):
    """A picture in memory that can be closed."""

    _bytes: BytesBlob
    _store: MemoryMediaStore
    _closed: bool = field(default=False, init=False)

    @property
    def size(self) -> int:
        return self._bytes.size

    @property
    def sha256(self) -> str:
        return self._bytes.sha256

    @property
    def media_type(self) -> MediaType:
        return self._bytes.media_type

    async def chunks(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        end = self.size if stop is None else min(stop, self.size)
        async for chunk in self._bytes.chunks(start, end):
            self._check_open()
            yield chunk

    async def digest(self, kind: Digest) -> str:
        self._check_open()
        return await self._bytes.digest(kind)

    def again(self) -> Blob:
        self._check_open()
        return self._store.opened(self._bytes)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._store.handles -= 1

    def _check_open(self) -> None:
        if self._closed:
            raise StorageUnavailable(CLOSED)


@define(eq=False)
class _MemorySpool(Spool):
    """An upload in memory."""

    _store: MemoryMediaStore
    _content: bytearray = field(factory=bytearray, init=False)
    _blob: Blob | None = field(default=None, init=False)
    _closed: bool = field(default=False, init=False)

    async def write(self, chunk: bytes) -> None:
        self._store.check_write()
        self._check_open()
        self._content += chunk

    async def finish(self, media_type: MediaType) -> Blob:
        self._store.check_write()
        self._check_open()
        self._blob = self._store.opened(BytesBlob(bytes(self._content), media_type))
        self._let_go()
        return self._blob

    async def close(self) -> None:
        if self._blob is not None:
            await self._blob.close()
        self._let_go()

    def _check_open(self) -> None:
        if self._closed or self._blob is not None:
            raise StorageUnavailable(CLOSED)

    def _let_go(self) -> None:
        if not self._closed:
            self._closed = True
            self._content.clear()
            self._store.handles -= 1


@define(kw_only=True)
class _Kept:
    touched_at: datetime
    pictures: dict[MediaType, BytesBlob] = field(factory=dict)
    preview: BytesBlob | None = None

    @property
    def size(self) -> int:
        previews = () if self.preview is None else (self.preview,)
        return sum(picture.size for picture in (*self.pictures.values(), *previews))


@define(eq=False)
class MemoryMediaStore(MediaStorePort):
    """Pictures kept in memory, and a store that fails when told to.

    Attributes:
        clock: Tells when something was stored.
        failing: What every call raises from now on: a `StorageUnavailable` all of them, a
            `StorageFull` only those that write.
        handles: Spools and opened results that nobody has closed yet.
    """

    clock: ClockPort
    failing: StorageFull | StorageUnavailable | None = field(default=None, kw_only=True)
    handles: int = field(default=0, init=False)
    _kept: dict[tuple[SlotId, JobId], _Kept] = field(factory=dict, init=False)

    def spool(self) -> Spool:
        self.handles += 1
        return _MemorySpool(self)

    async def keep(self, slot_id: SlotId, job_id: JobId, picture: Blob) -> str:
        self.check_write()
        await picture.again().close()  # not of what is closed, even if it is empty
        content = b"".join([chunk async for chunk in picture.chunks()])
        self.check_write()
        kept = self._kept.setdefault((slot_id, job_id), _Kept(touched_at=self.clock.now()))
        kept.touched_at = self.clock.now()
        kept.pictures[picture.media_type] = BytesBlob(content, picture.media_type)
        return f"{slot_id}/{job_id}.{picture.media_type.extension}"

    async def open(self, slot_id: SlotId, job_id: JobId, result: Result) -> Blob:
        self.check_read()
        kept = self._kept.get((slot_id, job_id))
        picture = kept and kept.pictures.get(result.media_type)
        if not picture:
            raise ResultNotFound
        if picture.size != result.size:
            raise StorageUnavailable(f"the result has {picture.size} bytes, not {result.size}")
        return self.opened(picture)

    async def keep_preview(self, slot_id: SlotId, job_id: JobId, preview: Blob) -> None:
        self.check_write()
        content = b"".join([chunk async for chunk in preview.chunks()])
        if kept := self._kept.get((slot_id, job_id)):
            kept.preview = BytesBlob(content, preview.media_type)

    async def open_preview(self, slot_id: SlotId, job_id: JobId) -> Blob:
        self.check_read()
        kept = self._kept.get((slot_id, job_id))
        if kept is None or kept.preview is None:
            raise ResultNotFound
        return self.opened(kept.preview)

    async def discard(self, slot_id: SlotId, job_id: JobId) -> int:
        size = await self.size_of(slot_id, job_id)
        self._kept.pop((slot_id, job_id), None)
        return size

    async def size_of(self, slot_id: SlotId, job_id: JobId) -> int:
        self.check_read()
        kept = self._kept.get((slot_id, job_id))
        return kept.size if kept else 0

    async def lost(self, jobs: Sequence[Job]) -> Collection[JobId]:
        self.check_read()
        return {job.job_id for job in jobs if not self._has_picture(job)}

    async def kept_before(self, moment: datetime) -> AsyncIterator[tuple[SlotId, JobId]]:
        self.check_read()
        for ids in [ids for ids, kept in self._kept.items() if kept.touched_at < moment]:
            yield ids

    def _has_picture(self, job: Job) -> bool:
        kept = self._kept.get((job.slot_id, job.job_id))
        return bool(kept and job.result and job.result.media_type in kept.pictures)

    def check_write(self) -> None:
        """Raise what a call that writes is to fail with, if any."""
        if self.failing is not None:
            raise self.failing

    def check_read(self) -> None:
        """Raise what a call that does not write is to fail with, if any."""
        if isinstance(self.failing, StorageUnavailable):
            raise self.failing

    def opened(self, picture: BytesBlob) -> Blob:
        """Return *picture* as a blob to be closed."""
        self.handles += 1
        return _MemoryBlob(picture, self)
