"""How commands end, whatever becomes of them."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from photochanger_cli.__main__ import main
from photochanger_cli.failures import BadUsage, CommandFailed
from photochanger_cli.signals import interruptible
from photochanger_core.domain.errors import QueueUnavailable

Ending = Callable[[], object]


def ended(monkeypatch: pytest.MonkeyPatch, body: Ending) -> int:
    """Run a command that does this."""

    async def run(_: argparse.Namespace) -> int:
        body()
        return 0

    command = types.SimpleNamespace(run=run)
    monkeypatch.setitem(sys.modules, "photochanger_cli.commands.serve", command)
    return main(["serve"])


def raising(error: BaseException) -> Ending:
    def body() -> None:
        raise error

    return body


def saying(text: str) -> Ending:
    return lambda: print(text)  # noqa: T201 - as commands do


@pytest.mark.parametrize(
    "error, status, told",
    [
        (BadUsage("no such thing"), 2, "no such thing"),
        (CommandFailed("it did not\nwork"), 1, "it did not work"),
        (QueueUnavailable("gone"), 1, "queue_unavailable: gone"),
        (OSError(errno.EACCES, "as the system has it", "a.txt"), 1, "a.txt: Permission denied"),
        (OSError(errno.EIO, "Input/output error"), 1, "Input/output error"),
    ],
)
def test_what_ends_a_command_is_told_in_one_line(
    error: Exception,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", None)  # not to be thrown away: it is of all tests
        assert ended(patch, raising(error)) == status
    assert capfd.readouterr().err == f"photochanger: {told}\n"


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        ended(monkeypatch, raising(ZeroDivisionError()))


def test_ctrl_c_is_answered_in_silence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, raising(KeyboardInterrupt())) == 130
    assert capfd.readouterr() == ("", "")


def test_nobody_need_read_to_the_end(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as output, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", output)
        assert ended(patch, saying("a line")) == 141
    assert capfd.readouterr().err == ""


def test_a_full_disk_is_told_of_though_only_the_last_write_shows_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w") as output, monkeypatch.context() as patch:
        patch.setenv("LC_ALL", "C")
        patch.setattr("sys.stdout", output)
        assert ended(patch, saying("a line")) == 1
    assert capfd.readouterr().err == "photochanger: No space left on device\n"


def test_letters_that_a_terminal_lacks_end_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="ascii") as output, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", output)
        assert ended(patch, saying("снимок \udcff.jpg")) == 0
    with os.fdopen(read) as seen:
        assert seen.read() == "\\u0441\\u043d\\u0438\\u043c\\u043e\\u043a \\udcff.jpg\n"


def test_a_closed_output_is_nobody_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert ended(monkeypatch, saying("a line")) == 0


def test_a_question_that_blocks_everything_is_left_with_the_first_ctrl_c(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = threading.Event()

    def ask() -> None:
        with interruptible():
            signal.raise_signal(signal.SIGINT)
            asked.set()

    assert ended(monkeypatch, ask) == 130
    assert not asked.is_set()


def test_the_root_is_no_place_for_an_archive(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["backup", "/"]) == 1
    assert capfd.readouterr().err == "photochanger: / is no file\n"
