"""What this process takes of its machine."""

from __future__ import annotations

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
    before = ProcessLoad().now()[Strain.RESIDENT_BYTES]
    held = b"x" * 50_000_000
    grown = ProcessLoad().now()[Strain.RESIDENT_BYTES] - before

    assert len(held) * 0.9 < grown < len(held) * 1.5


def test_where_the_system_does_not_tell_there_is_nothing(tmp_path: Path) -> None:
    assert ProcessLoad(tmp_path).now() == {}
