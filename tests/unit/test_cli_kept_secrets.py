from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from photochanger_cli.failures import CommandFailed
from photochanger_cli.kept_secrets import forget_secret, keep_secret


def test_a_secret_is_made_up_once(tmp_path: Path) -> None:
    first = keep_secret(tmp_path / "data", "ingest_password")
    assert keep_secret(tmp_path / "data", "ingest_password") == first
    assert len(first.value) == 19
    assert first.value not in repr(first)


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    secret = keep_secret(tmp_path, "ingest_password")
    assert secret.path.stat().st_mode & 0o777 == 0o600
    assert secret.path.parent.stat().st_mode & 0o777 == 0o700


def test_all_who_ask_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: keep_secret(tmp_path, "ingest_password"), range(32)))
    assert len({secret.value for secret in found}) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["ingest_password"]


def test_one_that_was_put_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "ingest_password").write_text("ours\n")
    assert keep_secret(tmp_path, "ingest_password").value == "ours"


def test_one_that_opens_nothing_is_forgotten(tmp_path: Path) -> None:
    secret = keep_secret(tmp_path, "ingest_password")
    for _ in range(2):
        forget_secret(secret)
    assert not secret.path.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(CommandFailed, match="cannot be kept"):
        keep_secret(tmp_path / "data", "ingest_password")
