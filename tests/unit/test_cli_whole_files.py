"""Files that commands write are whole, for their owner only, and replace nothing unasked."""

from __future__ import annotations

import io
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

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


def test_a_link_is_somebody_s_file_too(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    with pytest.raises(CommandFailed, match="is there already"):
        write_whole(str(link), ["new"], force=False)
    write_whole(str(link), ["new"], force=True)
    assert (link.is_symlink(), target.exists()) == (False, False)


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
