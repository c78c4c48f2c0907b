"""What is in the checkout is in the wheel."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ELSEWHERE = ["photochanger_adapters.postgres.migrations", "photochanger_web.contract"]


def setuptools() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]


def in_packages() -> set[Path]:
    found = (path for path in ROOT.glob("photochanger_*/**/*") if path.is_file())
    return {path for path in found if path.suffix != ".pyc"}


def folders_of(package: str) -> Iterable[Path]:
    if package == "*":
        return ROOT.glob("photochanger_*/**/")
    return [ROOT.joinpath(*package.split("."))]


def test_every_package_is_shipped() -> None:
    shipped = setuptools()["packages"]
    folders = {path.parent.relative_to(ROOT) for path in in_packages()}

    assert sorted(shipped) == sorted([*ELSEWHERE, *(".".join(path.parts) for path in folders)])


def test_so_is_everything_in_them() -> None:
    shipped = {
        path
        for package, patterns in setuptools()["package-data"].items()
        for folder in folders_of(package)
        for pattern in patterns
        for path in folder.glob(pattern)
    }

    assert {path for path in in_packages() if path.suffix != ".py"} <= shipped
