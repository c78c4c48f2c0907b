from __future__ import annotations

from pathlib import Path

import pytest

from photochanger_cli.dotenv import read_dotenv
from photochanger_cli.failures import BadUsage


@pytest.mark.parametrize(
    "line, value",
    [
        ("NAME=value", "value"),
        ("  export NAME = value  ", "value"),
        ("NAME=", ""),
        ("NAME=a b", "a b"),
        ("NAME=a # b", "a"),
        ("NAME=a#b", "a#b"),
        ("NAME=a=b", "a=b"),
        ("NAME='a # b' # c", "a # b"),
        ("NAME='a\\n\"b'", 'a\\n"b'),
        ('NAME="a # b"', "a # b"),
        (r'NAME="a\n\"b\\ \$ \x"', 'a\n"b\\ $ \\x'),
        ("NAME=''", ""),
        ("NAME=first\r\nNAME=second\r\n", "second"),
    ],
)
def test_lines_mean_what_they_say(tmp_path: Path, line: str, value: str) -> None:
    path = tmp_path / ".env"
    path.write_bytes(f"\ufeff# a comment\n\n{line}\n".encode())
    assert read_dotenv(path) == {"NAME": value}


@pytest.mark.parametrize(
    "line", ["secret", "1NAME=secret", "NA-ME=secret", "NAME='secret", 'NAME="secret', "NAME='a'b"]
)
def test_a_broken_line_is_told_by_its_number_alone(tmp_path: Path, line: str) -> None:
    path = tmp_path / ".env"
    path.write_text(f"A=1\n{line}\n")
    with pytest.raises(BadUsage, match="line 2: must be NAME=value") as refusal:
        read_dotenv(path)
    assert "secret" not in str(refusal.value)


def test_no_file_sets_nothing(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"A=\xff\xfe")
    with pytest.raises(BadUsage, match="cannot be read"):
        read_dotenv(path)
