"""What this process takes of its machine."""

from __future__ import annotations

import mmap
import resource
from pathlib import Path

from photochanger_adapters.system.process_load import ProcessLoad
from photochanger_core.domain.service_state import Strain


def test_open_files_are_counted(tmp_path: Path) -> None:
    before = ProcessLoad().now()[Strain.OPEN_FILES]
    with (tmp_path / "one").open("w"), (tmp_path / "another").open("w"):
        assert ProcessLoad().now()[Strain.OPEN_FILES] == before + 2
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert ProcessLoad().now()[Strain.OPEN_FILES_MOST] == limit > before


def test_memory_is_told_in_bytes() -> None:
    size = 50_000_000
    before = ProcessLoad().now()[Strain.RESIDENT_BYTES]
    with mmap.mmap(-1, size) as fresh:  # malloc may hand out again what an earlier test has freed
        for _ in range(50):
            fresh.write(b"x" * 1_000_000)
        grown = ProcessLoad().now()[Strain.RESIDENT_BYTES] - before

    assert size * 0.9 < grown < size * 1.5


def test_where_the_system_does_not_tell_there_is_nothing(tmp_path: Path) -> None:
    assert ProcessLoad(tmp_path).now() == {}
