"""Directories for embedded servers; `tests.embedded_server` runs one for everybody else."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from photochanger_adapters.postgres.embedded.server import embedded_postgres_blocking
from tests.embedded_server import is_stopped, scratch, wait_until


@pytest.fixture
def fresh_base(tmp_path: Path) -> Iterator[Path]:
    """Where an embedded server will put its things, in a home that is closed to others."""
    home = tmp_path / "a home"
    home.mkdir(mode=0o700)
    with scratch(home / "var" / "postgres") as directory:
        yield directory


@pytest.fixture(scope="session")
def made_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A base directory in which a server was once."""
    with scratch(tmp_path_factory.mktemp("made") / "postgres") as directory:
        with embedded_postgres_blocking(directory):
            pass
        wait_until(lambda: is_stopped(directory))
        yield directory


@pytest.fixture
def base(made_base: Path, fresh_base: Path) -> Path:
    """A copy of such a directory, owners included; quicker than making one."""
    fresh_base.parent.mkdir()
    subprocess.run(["cp", "-a", str(made_base), str(fresh_base)], check=True)  # noqa: S603, S607  any cp
    return fresh_base
