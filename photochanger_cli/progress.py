"""How far something long has come, on a terminal."""

from __future__ import annotations

import sys
import time
from typing import Final, Self

from photochanger_web.amounts import in_mebibytes

from .language import spoken
from .locale import phrase

_EVERY: Final = 0.2
"""Seconds between lines."""


class Progress:
    """Tells on standard error, if that is a terminal, in one line: how much, how fast, how long.

    Args:
        in_bytes: Whether it is bytes that are counted.
    """

    def __init__(self, *, in_bytes: bool = False) -> None:
        self._in_bytes = in_bytes
        self._what = ""
        self._began = self._told = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._told:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def __call__(self, what: str, done: int, of: int | None) -> None:
        """Tell that *done* of *of* are done of *what*, in words; None: nobody knows of how many."""
        now = time.monotonic()
        if what != self._what:
            self._what, self._began = what, now
        if now - self._told >= _EVERY and sys.stderr.isatty():
            self._told = now
            line = self.line(what, done, of, now - self._began)
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def line(self, what: str, done: int, of: int | None, seconds: float) -> str:
        """Return what is told of *what* after so many *seconds*."""
        if of is None:
            rate = phrase("progress.rate", amount=self._amount(done / seconds)) if seconds else ""
            return f"{what}: {self._amount(done)}{rate}"
        share = done / of if of else 1.0
        line = phrase("progress", what=what, share=f"{share:.0%}", all=self._amount(of))
        if done and seconds:
            left = int(seconds * (of - done) / done)
            line += phrase("progress.rate", amount=self._amount(done / seconds))
            line += phrase("progress.left", time=f"{left // 60}:{left % 60:02}")
        return line

    def _amount(self, number: float) -> str:
        if self._in_bytes:
            return in_mebibytes(spoken(), number)
        return f"{number:.0f}"
