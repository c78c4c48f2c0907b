"""Uploads in files without a name."""

from __future__ import annotations

import asyncio
from io import FileIO
from pathlib import Path
from threading import Event

import pytest

from photochanger_adapters.filesystem import spool
from photochanger_core.domain.blob import CHUNK
from photochanger_core.domain.picture import MediaType


async def test_a_thread_that_nobody_waits_for_still_writes_what_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, may_open, open_really = Event(), Event(), spool.nameless_file

    def open_late(folder: Path) -> FileIO:
        opening.set()
        may_open.wait(10)
        return open_really(folder)

    monkeypatch.setattr(spool, "nameless_file", open_late)
    ours = spool.FileSpool(tmp_path)
    first = asyncio.create_task(ours.write(b"a" * CHUNK))
    await asyncio.to_thread(opening.wait, 10)
    first.cancel()
    await asyncio.wait([first])
    second = asyncio.create_task(ours.write(b"b" * CHUNK))
    await asyncio.sleep(0)
    may_open.set()
    await second

    blob = await ours.finish(MediaType.JPEG)
    content = b"".join([chunk async for chunk in blob.chunks()])
    await blob.close()
    assert content == b"a" * CHUNK + b"b" * CHUNK
