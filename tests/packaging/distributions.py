"""What is built of the repository, and what is in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

ELSEWHERE: Final = {
    "db/migrations": "photochanger_adapters/postgres/migrations",
    "docs/contracts": "photochanger_web/contract",
}
"""Folders of the repository that travel in packages of another place."""

_SECONDS: Final = 120


class NoRepository(Exception):
    """There is no repository to ask which files belong to it, as in a source distribution."""


def tracked() -> list[str]:
    """Return the files of the repository, those to be added included.

    Raises:
        NoRepository: If there is none.
    """
    if not (ROOT / ".git").exists():
        raise NoRepository
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=_SECONDS,
    ).stdout
    return [name for name in told.split("\0") if name and (ROOT / name).is_file()]


def copy_tree(folder: Path) -> Path:
    """Copy the repository to *folder*, without what earlier builds have left in it."""
    for name in tracked():
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy)
    return folder


def build(kind: str, tree: Path, folder: Path) -> Path:
    """Build a `wheel` or an `sdist` of *tree* into *folder*, with the locked build backend."""
    subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", folder, tree],
        check=True,
        capture_output=True,
        timeout=_SECONDS,
    )
    [built] = folder.iterdir()
    return built


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack *sdist* into *folder* and return the tree that was in it."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    [tree] = folder.iterdir()
    return tree


def members(wheel: Path) -> Mapping[str, bytes]:
    """Return the files in *wheel*."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files_below(tree: Path) -> Mapping[str, bytes]:
    """Return the files below *tree*."""
    found = (path for path in tree.rglob("*") if path.is_file())
    return {str(path.relative_to(tree)): path.read_bytes() for path in found}
