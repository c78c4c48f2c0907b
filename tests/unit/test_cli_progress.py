"""What a terminal is told of long work."""

from __future__ import annotations

import io
import sys

import pytest

from photochanger_cli.progress import Progress
from photochanger_core.domain.slot import MEGABYTE


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "done, of, seconds, line",
    [
        (0, 200, 0.0, "rows: 0% of 200"),
        (50, 200, 10.0, "rows: 25% of 200, 5/s, 0:30 left"),
        (1, 100, 10.0, "rows: 1% of 100, 0/s, 16:30 left"),
        (200, 200, 10.0, "rows: 100% of 200, 20/s, 0:00 left"),
        (0, 0, 10.0, "rows: 100% of 0"),
        (0, None, 0.0, "rows: 0"),
        (50, None, 10.0, "rows: 50, 5/s"),
    ],
)
def test_it_tells_how_much_how_fast_and_how_long(
    done: int, of: int | None, seconds: float, line: str
) -> None:
    assert Progress().line("rows", done, of, seconds) == line


def test_bytes_are_told_in_mebibytes() -> None:
    line = Progress(in_bytes=True).line("restoring", 5 * MEGABYTE, 10 * MEGABYTE, 2.0)
    assert line == "restoring: 50% of 10 MiB, 2.5 MiB/s, 0:02 left"


def test_only_a_terminal_is_told_and_its_line_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_to(io.StringIO(), monkeypatch) == ""
    told = told_to(Terminal(), monkeypatch)
    assert told.startswith("\r\x1b[Krows: 50% of 2")
    assert told.endswith("\r\x1b[K")


def told_to(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress() as progress:
        for _ in range(100):
            progress("rows", 1, 2)
    return stream.getvalue()
