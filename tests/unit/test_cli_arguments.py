"""What can be said on the command line, and what it says of itself."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from photochanger_cli.arguments import parser

PROMISED = {
    *("demo", "serve", "cleanup", "send", "simulate", "doctor", "backup", "restore"),
    *("db upgrade", "db downgrade", "db current"),
    *("slots list", "slots set", "slots export", "slots import", "settings get", "settings set"),
    *("admin list", "admin set-password", "admin unlock"),
    *("admin log-out", "secrets rotate"),
}
FOR_SCRIPTS = {
    *("cleanup", "send", "doctor", "backup", "restore", "db upgrade", "db downgrade", "db current"),
    *("slots list", "settings get", "admin list", "secrets rotate"),
}


def commands(of: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield *of* and all commands below it."""
    yield of
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from commands(command)


def leaves(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = {command.prog.removeprefix("photochanger "): command for command in commands(of)}
    return {
        name: command
        for name, command in found.items()
        if not any(other.startswith(f"{name} ") for other in found) and name != "photochanger"
    }


@pytest.fixture(params=["C", "ru_RU.UTF-8"])
def locale(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LC_ALL", request.param)
    return str(request.param)


def test_every_command_that_is_promised_is_there() -> None:
    assert leaves(parser()).keys() >= PROMISED


def test_scripts_get_json_where_there_is_something_to_read() -> None:
    for name, command in leaves(parser()).items():
        if name in PROMISED:
            assert ("--json" in command._option_string_actions) == (name in FOR_SCRIPTS), name


def test_every_help_shows_an_example_of_its_command(locale: str) -> None:
    title = "Пример:" if locale.startswith("ru") else "Example:"
    for command in commands(parser()):
        assert re.search(rf"^{title}\n  (.*\n  )*.*{command.prog}\b", command.format_help(), re.M)


def test_every_argument_is_explained(locale: str) -> None:
    for command in commands(parser()):
        for action in command._actions:
            assert action.help or action.metavar in ("COMMAND", "ACTION"), command.prog


def test_examples_that_are_complete_are_understood() -> None:
    """But for what a shell does with them: variables, pipes and files."""
    root = parser()
    for command in leaves(root).values():
        for line in command.format_help().splitlines():
            words = line.split(" < ")[0].split()
            if line.startswith("  photochanger ") and "'" not in line:
                assert root.parse_args(words[1:]).command == words[1]


def test_exit_codes_are_told_in_one_place(locale: str) -> None:
    told = parser().format_help()
    for code in ("0", "1", "2", "130", "141"):
        assert re.search(rf"^ +{code}  \S", told, re.M)


@pytest.mark.parametrize(
    "line",
    [
        *("", "nonsense", "send", "send a b", "db downgrade x", "cleanup --json=yes"),
        *("slots set slot-99 a=1", "slots set slot-001 a", "slots set slot-001", "admin unlock"),
        *("send a.jpg --slot slot-001 --url ftp://x", "send a.jpg --slot", "simulate --delay=-1"),
        "send a.jpg --slot slot-001 --url http://x --p=1 --o=2 --idempotency-key=\udcff",
        *("simulate --provider x", "simulate --port 65536", "simulate --p=1"),
    ],
)
def test_complaints_are_in_russian_where_the_locale_is(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    with pytest.raises(SystemExit) as leaving:
        parser().parse_args(line.split())
    assert leaving.value.code == 2
    *_, complaint = capsys.readouterr().err.splitlines()
    said = complaint.partition(": ")[2]
    assert said.startswith("ошибка: ")
    assert not re.search(r"\b(the|error|argument|expected|invalid|choose|must)\b", said)
