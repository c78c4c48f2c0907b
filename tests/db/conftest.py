"""Directories for embedded servers; `tests.embedded_server` runs one for everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded_server import copy_base, scratch


@pytest.fixture
def fresh_base(tmp_path: Path) -> Iterator[Path]:
    """Where an embedded server will put its things, in a home that is closed to others."""
    home = tmp_path / "a home"
    home.mkdir(mode=0o700)
    with scratch(home / "var" / "postgres") as directory:
        yield directory


@pytest.fixture
def base(fresh_base: Path) -> Path:
    """A directory in which a server was once."""
    fresh_base.parent.mkdir()
    copy_base(fresh_base)
    return fresh_base
