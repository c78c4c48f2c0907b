"""What the system refuses, in words."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest

from photochanger_cli.locale import CATALOGUE
from photochanger_cli.system_errors import why


@pytest.mark.parametrize(
    "error, english, russian",
    [
        (OSError(errno.ENOENT, "x"), "No such file or directory", "нет такого файла или папки"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "Connection refused", None),
        (socket.gaierror(-2, "Name or service not known"), "there is no host of this name", None),
        (ssl.SSLError(1, "wrong version number"), "wrong version number", "wrong version number"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error", "Input/output error"),
        (OSError("no number"), "no number", "no number"),
        (TimeoutError(), "TimeoutError", "TimeoutError"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "secret"), "not in UTF-8", "не в UTF-8"),
    ],
)
def test_it_is_told_in_the_language_of_the_locale(
    error: OSError | UnicodeError,
    english: str,
    russian: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert why(error) == english
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    assert why(error) == russian or (russian is None and why(error) != english)


def test_english_words_are_the_system_s_own() -> None:
    for key, text in CATALOGUE.texts["en"].items():
        if key.startswith("system.E"):
            assert text == os.strerror(getattr(errno, key.removeprefix("system.")))
