from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from photochanger_cli.failures import BadUsage
from photochanger_cli.typed_secrets import type_in


class Terminal(io.StringIO):
    """Standard input where somebody sits."""

    def isatty(self) -> bool:
        return True


def sit_down(monkeypatch: pytest.MonkeyPatch, typed: Sequence[str]) -> list[str]:
    """Have somebody at a terminal type this, line by line; return what they are asked for."""
    asked: list[str] = []
    lines = iter(typed)

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return next(lines)

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", ask)
    return asked


def test_on_a_terminal_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = sit_down(monkeypatch, ["hidden"])
    assert type_in("password") == "hidden"
    assert asked == ["password: "]


def test_twice_if_nobody_sees_whether_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = sit_down(monkeypatch, ["hidden", "hidden"])
    assert type_in("password", twice=True) == "hidden"
    assert asked == ["password: ", "password again: "]


def test_another_one_the_second_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sit_down(monkeypatch, ["hidden", "hiden"])
    with pytest.raises(BadUsage, match="another password") as caught:
        type_in("password", twice=True)
    assert "hid" not in str(caught.value)


@pytest.mark.parametrize("typed", ["hidden words \nmore\n", "hidden words \r\n", "hidden words "])
def test_without_a_terminal_it_is_the_first_line(
    monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert type_in("password", twice=True) == "hidden words "


def test_nothing_is_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    with pytest.raises(BadUsage, match="no password"):
        type_in("password")


def test_nobody_there_types_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(BadUsage, match="no password"):
        type_in("password")


def test_what_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\n"), encoding="utf-8"))
    with pytest.raises(BadUsage, match="password: must be text in UTF-8"):
        type_in("password")


def test_whoever_leaves_the_question_types_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(_: str) -> str:
        raise EOFError

    sit_down(monkeypatch, [])
    monkeypatch.setattr("getpass.getpass", leave)
    with pytest.raises(BadUsage, match="no password"):
        type_in("password")
