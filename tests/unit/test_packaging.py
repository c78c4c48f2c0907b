"""What is in the checkout is in the wheel."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ELSEWHERE = ["photochanger_adapters.postgres.migrations", "photochanger_web.contract"]


def test_every_package_is_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shipped = project["tool"]["setuptools"]["packages"]
    found = [path.parent.relative_to(ROOT) for path in ROOT.glob("photochanger_*/**/__init__.py")]

    assert sorted(shipped) == sorted([*ELSEWHERE, *(".".join(path.parts) for path in found)])
