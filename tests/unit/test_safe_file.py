"""Whose a file of secrets is when root has written it for the service."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photochanger_adapters.security.safe_file import (
    MOST_BYTES,
    alone,
    make_folder,
    publish,
    replace,
)

SERVICE = (4711, 4712)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="others cannot give files away")


def owner(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_uid, status.st_gid


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file in a folder that root has made where the service's data lie."""
    data = tmp_path / "data"
    data.mkdir()
    if os.geteuid() == 0:
        os.chown(data, *SERVICE)
    make_folder(data / "secrets")
    return data / "secrets" / "credentials"


def test_what_is_new_is_for_its_owner_only(path: Path) -> None:
    with alone(path):
        replace(path, "text")
    publish(path.with_name("key"), "text")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in path.parent.iterdir()} == {0o600}
    assert len(list(path.parent.iterdir())) == 3


def test_what_is_published_stays(path: Path) -> None:
    for text in ("first", "second"):
        publish(path, text)
    assert path.read_text() == "first"
    assert list(path.parent.iterdir()) == [path]


@as_root
def test_what_root_makes_is_his_who_owns_the_folder(path: Path) -> None:
    with alone(path):
        replace(path, "text")
    publish(path.with_name("key"), "text")
    assert owner(path.parent) == SERVICE
    assert {owner(one) for one in path.parent.iterdir()} == {SERVICE}


@as_root
def test_what_root_rewrites_stays_his_who_had_it(path: Path) -> None:
    path.write_text("old")
    os.chown(path, 815, 816)
    with alone(path):
        replace(path, "new")
    assert path.read_text() == "new"
    assert owner(path) == (815, 816)
    assert path.stat().st_mode & 0o777 == 0o600


@as_root
def test_root_gives_nothing_away_that_a_lock_leads_to(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("of root")
    path.with_name(f".{path.name}.lock").symlink_to(other)
    with alone(path):
        replace(path, "text")
    assert owner(other) == (0, 0)


def test_nothing_is_written_that_would_not_be_read_again(path: Path) -> None:
    replace(path, "a" * MOST_BYTES)
    with pytest.raises(OSError, match="File too large"):
        replace(path, "a" * MOST_BYTES + "b")
    assert path.stat().st_size == MOST_BYTES
