"""The fake and the real media store in lock-step: is there a call on which they differ?"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeGuard

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_adapters.memory.media_store import MemoryMediaStore
from photochanger_adapters.system.clock import SystemClock
from photochanger_core.domain.blob import Blob, BytesBlob, Digest
from photochanger_core.domain.errors import CoreError
from photochanger_core.domain.ids import SLOT_IDS, JobId, SlotId
from photochanger_core.domain.job import Result
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.media_store import MediaStorePort, Spool

SETTINGS = settings(max_examples=40, stateful_step_count=25, deadline=None)

# Tiny universes, so that things meet.
SLOTS = st.sampled_from(SLOT_IDS[:2])
JOBS = st.integers(1, 2).map(lambda n: JobId(f"{n:08}-1111-4111-8111-111111111111"))
TYPES = st.sampled_from([MediaType.JPEG, MediaType.WEBP])
CONTENTS = st.sampled_from([b"", b"little", b"much" * 100_000])
PREVIEWS = st.sampled_from([b"RIFFsizeWEBP" + end for end in (b"", b"little", b"much" * 100_000)])
KINDS: st.SearchStrategy[Digest] = st.sampled_from(["md5", "sha1", "sha256"])
OFFSETS = st.sampled_from([0, 3, 6, 2**18])

Two = tuple[Any, Any]


def result(content: bytes, media_type: MediaType) -> Result:
    return Result(
        media_type=media_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        location="wherever",
        expires_at=datetime.now(UTC),
    )


class StoresInLockStep(RuleBasedStateMachine):
    """Does everything in both stores; compares what comes back or is raised."""

    blobs = Bundle("blobs")
    spools = Bundle("spools")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.memory = MemoryMediaStore(SystemClock())
        files = FileMediaStore(Path(self.folder.name))
        self.runner.run(files.prepare())
        self.stores: tuple[MediaStorePort, MediaStorePort] = self.memory, files
        self.opened: list[Blob | Spool] = []

    def teardown(self) -> None:
        for one in self.opened:
            self.runner.run(one.close())
        assert not self.memory.handles
        self.runner.close()
        self.folder.cleanup()

    def agree(self, call: Callable[..., Awaitable[Any]], *pairs: Two) -> Two:
        """Call for both sides with its part of every pair; the outcomes must look the same."""
        one, other = (self.runner.run(_outcome(call, *args)) for args in zip(*pairs, strict=True))
        for outcome in (one, other):
            if _is_blob(outcome):
                self.opened.append(outcome)
        assert _look(one) == _look(other)
        return one, other

    @rule(slot=SLOTS, job=JOBS, media_type=TYPES, content=CONTENTS)
    def keep(self, slot: SlotId, job: JobId, media_type: MediaType, content: bytes) -> None:
        async def keep(store: MediaStorePort) -> None:
            assert await store.keep(slot, job, BytesBlob(content, media_type))

        self.agree(keep, self.stores)

    @rule(slot=SLOTS, job=JOBS, blob=blobs)
    def keep_what_is_open(self, slot: SlotId, job: JobId, blob: Two) -> None:
        async def keep(store: MediaStorePort, blob: Blob) -> None:
            assert await store.keep(slot, job, blob)

        self.agree(keep, self.stores, blob)

    @rule(target=blobs, slot=SLOTS, job=JOBS, media_type=TYPES, content=CONTENTS)
    def open(self, slot: SlotId, job: JobId, media_type: MediaType, content: bytes) -> Two:
        async def open_one(store: MediaStorePort) -> Blob:
            return await store.open(slot, job, result(content, media_type))

        return self.agree(open_one, self.stores)

    @rule(slot=SLOTS, job=JOBS, content=PREVIEWS)
    def keep_preview(self, slot: SlotId, job: JobId, content: bytes) -> None:
        async def keep(store: MediaStorePort) -> None:
            await store.keep_preview(slot, job, BytesBlob(content, MediaType.WEBP))

        self.agree(keep, self.stores)

    @rule(slot=SLOTS, job=JOBS)
    def read_preview(self, slot: SlotId, job: JobId) -> None:
        async def read(store: MediaStorePort) -> tuple[bytes, str, MediaType]:
            blob = await store.open_preview(slot, job)
            content = b"".join([chunk async for chunk in blob.chunks()])
            await blob.close()
            return content, blob.sha256, blob.media_type

        self.agree(read, self.stores)

    @rule(slot=SLOTS, job=JOBS)
    def discard(self, slot: SlotId, job: JobId) -> None:
        async def discard(store: MediaStorePort) -> None:
            await store.discard(slot, job)

        self.agree(discard, self.stores)

    @rule(target=spools)
    def spool(self) -> Two:
        one, other = (store.spool() for store in self.stores)
        self.opened += one, other
        return one, other

    @rule(spool=spools, content=CONTENTS)
    def write(self, spool: Two, content: bytes) -> None:
        async def write(spool: Spool) -> None:
            await spool.write(content)

        self.agree(write, spool)

    @rule(target=blobs, spool=spools, media_type=TYPES)
    def finish(self, spool: Two, media_type: MediaType) -> Two:
        async def finish(spool: Spool) -> Blob:
            return await spool.finish(media_type)

        return self.agree(finish, spool)

    @rule(blob=blobs, start=OFFSETS, stop=st.none() | OFFSETS)
    def read(self, blob: Two, start: int, stop: int | None) -> None:
        async def read(blob: Blob) -> bytes:
            return b"".join([chunk async for chunk in blob.chunks(start, stop)])

        self.agree(read, blob)

    @rule(blob=blobs, kind=KINDS)
    def digest(self, blob: Two, kind: Digest) -> None:
        async def digest(blob: Blob) -> str:
            return await blob.digest(kind)

        self.agree(digest, blob)

    @rule(target=blobs, blob=blobs)
    def again(self, blob: Two) -> Two:
        async def again(blob: Blob) -> Blob:
            return blob.again()

        return self.agree(again, blob)

    @rule(one=blobs | spools)
    def close(self, one: Two) -> None:
        async def close(one: Blob | Spool) -> None:
            await one.close()

        self.agree(close, one)

    @invariant()
    def same_results(self) -> None:
        async def kept(store: MediaStorePort) -> set[tuple[SlotId, JobId]]:
            soon = datetime.now(UTC) + timedelta(minutes=1)
            return {ids async for ids in store.kept_before(soon)}

        self.agree(kept, self.stores)


async def _outcome(call: Callable[..., Awaitable[Any]], *args: Any) -> Any:
    for arg in args:
        if isinstance(arg, type):
            return arg  # nothing to do it with: what was to bring it has failed
    try:
        return await call(*args)
    except CoreError as error:
        return type(error)


def _is_blob(outcome: object) -> TypeGuard[Blob]:
    return hasattr(outcome, "chunks")


def _look(outcome: Any) -> Any:
    if _is_blob(outcome):
        return outcome.size, outcome.sha256, outcome.media_type
    return outcome


def test_the_stores_agree() -> None:
    run_state_machine_as_test(StoresInLockStep, settings=SETTINGS)
