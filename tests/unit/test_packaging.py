"""What is in the checkout is in the wheel."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ELSEWHERE = ["photochanger_adapters.postgres.migrations", "photochanger_web.contract"]


def setuptools() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]


def test_every_package_is_shipped() -> None:
    shipped = setuptools()["packages"]
    found = [path.parent.relative_to(ROOT) for path in ROOT.glob("photochanger_*/**/__init__.py")]

    assert sorted(shipped) == sorted([*ELSEWHERE, *(".".join(path.parts) for path in found)])


def test_so_is_everything_in_them() -> None:
    shipped = {
        path
        for package, patterns in setuptools()["package-data"].items()
        for folder in (ROOT.glob("photochanger_*/**/") if package == "*" else [ROOT / package])
        for pattern in patterns
        for path in folder.glob(pattern)
    }
    found = {path for path in ROOT.glob("photochanger_*/**/*") if path.is_file()}

    assert {path for path in found if path.suffix not in (".py", ".pyc")} <= shipped
