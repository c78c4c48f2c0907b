"""What whoever waits in a terminal sees."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

from photochanger_cli.progress import progress


class Terminal(StringIO):
    """Somebody watches this."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with progress() as show:
        show("expired_results", 3, 10)
        show("expired_results", 7, 10)
        show("orphan_results", 12, None)
    return stream.getvalue()


def test_a_terminal_shows_a_bar_for_each_kind_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown(monkeypatch, Terminal())

    assert "expired results" in seen
    assert " 7/10" in seen
    assert "orphan results" in seen
    assert "12/?" in seen


def test_what_is_no_terminal_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, StringIO()) == ""
