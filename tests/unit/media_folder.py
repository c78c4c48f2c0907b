"""A file media store to look into, for the tests of its folders and its faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from photochanger_adapters.filesystem.media_store import FileMediaStore
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.ids import JobId, SlotId
from photochanger_core.domain.job import Result
from photochanger_core.domain.picture import MediaType

SLOT = SlotId("slot-003")
JOB = JobId("33333333-3333-4333-8333-333333333333")
JPEG, PNG, WEBP = MediaType
PICTURE = BytesBlob(b"picture" * 100_000, JPEG)
PREVIEW = BytesBlob(b"RIFFsizeWEBP and pixels", WEBP)
PATIENCE = 10.0


async def prepared(root: Path) -> FileMediaStore:
    store = FileMediaStore(root)
    await store.prepare()
    return store


def result(picture: BytesBlob = PICTURE) -> Result:
    return Result(
        media_type=picture.media_type,
        size=picture.size,
        sha256=picture.sha256,
        location="../../etc/passwd",
        expires_at=datetime.now(UTC),
    )


def tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def files(root: Path) -> set[str]:
    """Return what is below *root*, but for the folders that are always there."""
    found = {str(path.relative_to(root)) for path in root.rglob("*")}
    return found - {"results", "uploads", f"results/{SLOT}"}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


async def content(blob: Blob) -> bytes:
    return b"".join([chunk async for chunk in blob.chunks()])
