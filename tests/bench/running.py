"""Processes of a measurement: started, waited for, and ended by their ids."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self, TypeVar

from tests.e2e.processes import environment

T = TypeVar("T")

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 60.0
_LAST_WORDS: Final = 20.0
_GLANCE: Final = 0.001


class Running:
    """A Python program in a process of its own; ended when left.

    It has a session of its own, so that Ctrl-C reaches only who ends it.

    Attributes:
        seconds: From its start until what was waited for was there.
    """

    def __init__(
        self,
        *words: str,
        folder: Path,
        name: str,
        variables: Mapping[str, str] | None = None,
        python: str = sys.executable,
    ) -> None:
        self._output, self._errors = folder / f"{name}.out", folder / f"{name}.err"
        self._began = time.perf_counter()
        self.seconds = 0.0
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [python, *words],
                cwd=folder,
                env=with_our_modules(variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WORDS)
        self._process.kill()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def line(self, beginning: str) -> str:
        """Wait for a line of its output with this *beginning*, and return what follows.

        Raises:
            SystemExit: If it ends, or takes too long.
        """

        def seen() -> str | None:
            for line in self._output.read_text().splitlines(keepends=True):
                if line.startswith(beginning) and line.endswith("\n"):
                    return line.removeprefix(beginning).strip()
            return None

        return self._waited_for(seen, f"no {beginning!r} came")

    def listens(self, port: int) -> None:
        """Wait until it takes connections on *port*. Raises as `line`."""

        def seen() -> bool | None:
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                return True
            return None

        self._waited_for(seen, f"nobody listens on {port}")

    def _waited_for(self, look: Callable[[], T | None], lacking: str) -> T:
        while time.perf_counter() - self._began < PATIENCE:
            over = self._process.poll() is not None
            if (seen := look()) is not None:
                self.seconds = time.perf_counter() - self._began
                return seen
            if over:
                break
            time.sleep(_GLANCE)
        raise SystemExit(f"{lacking}:\n{self._errors.read_text()[-2000:]}")


def with_our_modules(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which this package is found, and nothing a server would heed."""
    return environment({"PYTHONPATH": os.fspath(ROOT), **(variables or {})})


def asked(*words: str, given: str = "", seconds: float = 600.0) -> str:
    """Run a Python program to its end, and return what it printed.

    Raises:
        SystemExit: If it fails, or takes too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, *words],
            env=with_our_modules(),
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise SystemExit(f"{words} did not end") from error
    if done.returncode:
        raise SystemExit(f"{words} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout
