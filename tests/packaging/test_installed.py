"""The wheel in an empty environment, in another folder than the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .distributions import ROOT

SECONDS = 300

EVERY_MODULE = """
import importlib, pkgutil
for package in map("photochanger_".__add__, ("core", "adapters", "web", "cli")):
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(importlib.import_module("photochanger_core").__file__)
"""


def run(*words: object, folder: Path) -> str:
    """Run *words* in *folder*, with nothing of this environment, and return what they print."""
    kept = ("HOME", "TMPDIR", *(name for name in os.environ if name.startswith("PIP_")))
    done = subprocess.run(  # noqa: S603 - ourselves
        [str(word) for word in words],
        cwd=folder,
        env={name: os.environ[name] for name in kept if name in os.environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment into which the lock and the wheel were installed, no more."""
    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", environment, folder=environment)
    pip = (environment / "bin" / "pip", "install", "--quiet")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements/server.txt", folder=environment)
    run(*pip, "--no-deps", wheel, folder=environment)
    return environment / "bin"


def test_the_lock_is_all_that_it_needs(programs: Path, tmp_path: Path) -> None:
    assert "No broken requirements found" in run(programs / "pip", "check", folder=tmp_path)
    where = run(programs / "python", "-c", EVERY_MODULE, folder=tmp_path)
    assert Path(where).is_relative_to(programs.parent)


def test_the_demo_runs(programs: Path, tmp_path: Path) -> None:
    told = run(programs / "photochanger", "demo", "--once", folder=tmp_path)

    assert "http://127.0.0.1:" in told
    saved = [path for path in (tmp_path / "photochanger-demo").iterdir() if path.is_file()]
    assert len(saved) == 2
