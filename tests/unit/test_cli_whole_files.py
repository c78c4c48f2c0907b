"""Files that commands write are whole, for their owner only, and replace nothing unasked."""

from __future__ import annotations

import io
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest

from photochanger_cli.failures import CommandFailed
from photochanger_cli.whole_files import check_free, read_whole, write_whole

MEGABYTE = 2**20


def test_a_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "slots.json"
    check_free(str(path), force=False)
    write_whole(str(path), ["Сл", "от"], force=False)
    assert path.read_text(encoding="utf-8") == "Слот"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [*tmp_path.iterdir()] == [path]


def test_what_is_there_is_replaced_when_asked_for_only(tmp_path: Path) -> None:
    path = tmp_path / "slots.json"
    path.write_text("as it was")
    path.chmod(0o644)
    with pytest.raises(CommandFailed, match="is there already"):
        check_free(str(path), force=False)
    with pytest.raises(CommandFailed, match="is there already"):
        write_whole(str(path), ["new"], force=False)
    assert path.read_text() == "as it was"

    check_free(str(path), force=True)
    write_whole(str(path), ["new"], force=True)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("kind", ["link", "pipe", "socket", "folder"])
def test_only_files_are_replaced(tmp_path: Path, kind: str) -> None:
    path, target = tmp_path / kind, tmp_path / "target"
    target.write_text("as it was")
    _MADE[kind](path, target)
    before = path.lstat()
    for force, said in ((False, "is there already"), (True, "is no regular file")):
        with pytest.raises(CommandFailed, match=said):
            check_free(str(path), force=force)
        with pytest.raises(CommandFailed, match=said):
            write_whole(str(path), ["new"], force=force)
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert target.read_text() == "as it was"
    assert {*tmp_path.iterdir()} == {path, target}


def _socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as one:
        one.bind(str(path))


_MADE: Final[Mapping[str, Callable[[Path, Path], None]]] = {
    "link": lambda path, target: path.symlink_to(target),
    "pipe": lambda path, _: os.mkfifo(path),
    "socket": lambda path, _: _socket(path),
    "folder": lambda path, _: path.mkdir(),
}


def test_what_came_there_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "slots.json"

    def pieces() -> Iterator[str]:
        yield "new"
        path.write_text("somebody else's")

    with pytest.raises(CommandFailed, match="is there already"):
        write_whole(str(path), pieces(), force=False)
    assert path.read_text() == "somebody else's"
    assert [*tmp_path.iterdir()] == [path]


def test_if_the_last_step_fails_no_empty_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(CommandFailed, match="Input/output error"):
        write_whole(str(tmp_path / "slots.json"), ["new"], force=False)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("force", [True, False])
def test_what_fails_half_way_leaves_nothing(tmp_path: Path, force: bool) -> None:
    def pieces() -> Iterator[str]:
        yield "half"
        raise OSError(28, "No space left on device")

    path = tmp_path / "slots.json"
    with pytest.raises(CommandFailed, match="No space left on device"):
        write_whole(str(path), pieces(), force=force)
    assert [*tmp_path.iterdir()] == []
    with pytest.raises(CommandFailed, match="No such file"):
        write_whole(str(tmp_path / "nowhere" / "slots.json"), ["x"], force=force)


def test_no_more_is_read_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "slots.json"
    path.write_bytes(bytes(MEGABYTE))
    assert read_whole(str(path), MEGABYTE) == bytes(MEGABYTE)
    path.write_bytes(bytes(MEGABYTE + 1))
    with pytest.raises(CommandFailed, match="has more than 1 MiB"):
        read_whole(str(path), MEGABYTE)
    with pytest.raises(CommandFailed, match="has more than 1 MiB"):
        read_whole("/dev/zero", MEGABYTE)
    for name in ("none", str(tmp_path)):
        with pytest.raises(CommandFailed, match=name):
            read_whole(name, MEGABYTE)


def test_a_dash_is_what_comes_in_and_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    standard = SimpleNamespace(buffer=io.BytesIO("Слот".encode()))
    monkeypatch.setattr(sys, "stdin", standard)
    assert read_whole("-", 100).decode() == "Слот"
    standard.buffer.seek(0)
    with pytest.raises(CommandFailed, match="- has more than 0 MiB"):
        read_whole("-", 7)

    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=written))
    check_free("-", force=False)
    write_whole("-", ["Сл", "от"], force=False)
    assert written.getvalue().decode() == "Слот"
