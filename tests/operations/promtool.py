"""Prometheus' own tool, which reads pages, rules and tests of rules."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

HOW_TO_GET_IT: Final = (
    "no promtool: it is in Debian's package `prometheus`, in Homebrew's of the same name, "
    "and in the archives of https://prometheus.io/download/"
)

_SECONDS: Final = 60


def promtool(*words: str | Path, typed: str = "") -> str:
    """Return what promtool says; fail with that if it is not content, and if there is none."""
    found = shutil.which("promtool")
    assert found is not None, HOW_TO_GET_IT
    done = subprocess.run(  # noqa: S603 - our own words
        [found, *words],
        input=typed,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said
