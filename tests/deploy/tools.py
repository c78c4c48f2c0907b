"""Programs that look at our files of `deploy`, or run them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"

_SECONDS: Final = 300


class ToolMissing(Exception):
    """There is a program to be installed first."""

    def __init__(self, name: str, package: str) -> None:
        super().__init__(
            f"{name} is not there: as root, apt-get install --no-install-recommends {package} "
            "(Debian); the tests of tests/deploy are run by `nox -s deploy`"
        )


def program(name: str, package: str) -> str:
    """Return the path of the program *name*, which Debian has in *package*.

    Raises:
        ToolMissing: If there is none.
    """
    found = shutil.which(name, path=f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise ToolMissing(name, package)
    return found


def run(*words: str | Path, folder: Path = ROOT) -> str:
    """Run *words* and return all that they say; fail if they do."""
    done = subprocess.run(  # noqa: S603 - ourselves
        [str(word) for word in words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
