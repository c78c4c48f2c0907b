"""Commands of `photochanger` as processes on this machine."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

PATIENCE: Final = 60.0
"""Seconds until something that does not come is given up."""

_LAST_WORDS: Final = 10.0

_PASSED_ON: Final = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_CONFIG")


class Process:
    """A command of `photochanger`, running; ended when left."""

    def __init__(
        self, *words: str, folder: Path, name: str, variables: Mapping[str, str] | None = None
    ) -> None:
        self._output = folder / f"{name}.out"
        self._errors = folder / f"{name}.err"
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, *words],
                cwd=folder,
                env=environment(variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.tell_to_leave()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WORDS)
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def errors(self) -> str:
        return self._errors.read_text()

    def line(self, beginning: str) -> str:
        """Wait for a line of output with this *beginning* and return what follows it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            over = self._process.poll() is not None
            for line in self.output.splitlines(keepends=True):
                if line.startswith(beginning) and line.endswith("\n"):
                    return line.removeprefix(beginning).strip()
            if over:
                break
            time.sleep(0.02)
        raise AssertionError(f"no {beginning!r} in: {self.output}\n{self.errors}")

    def tell_to_leave(self, number: signal.Signals = signal.SIGTERM) -> None:
        self._process.send_signal(number)

    def status(self) -> int:
        """Wait for the end and return the exit status."""
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment that holds nothing of this one that a server would heed."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, "LC_MESSAGES": "C", **(variables or {})}


def run(
    *words: str, folder: Path, variables: Mapping[str, str] | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command of `photochanger` to its end."""
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "photochanger_cli", *words],
        cwd=folder,
        env=environment(variables),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def free_port() -> int:
    """Return a free port that no connection is given by chance before it is listened on."""
    while True:
        port = 10_000 + secrets.randbelow(16_000)  # below what systems give out by themselves
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
