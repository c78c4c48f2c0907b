"""Every text of the command line is there in both languages, and used."""

from __future__ import annotations

import argparse
import ast
import errno
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

import photochanger_cli
from photochanger_cli.locale import CATALOGUE, phrase
from photochanger_cli.usage import with_examples
from photochanger_core.domain.archive import Obstacle
from photochanger_core.domain.cleanup import Leftover
from photochanger_core.domain.errors import FailureReason

ENGLISH, RUSSIAN = CATALOGUE.texts["en"], CATALOGUE.texts["ru"]
OF_ARGPARSE = json.loads((files("photochanger_cli.locale") / "argparse_ru.json").read_text("utf-8"))
ENGLISH_WORDS = re.compile(
    r"\b(the|is|are|an|of|to|and|or|in|not|with|must|be|no|it|was|cannot|for|from)\b"
)

STEPS = {"rows", "pictures", "checking", "restoring"}
"""Of backups and of restoring them."""


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield where `phrase` is called, and the call."""
    for path in Path(photochanger_cli.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "phrase":
                yield f"{path.name}:{node.lineno}", node


def literal_calls() -> Iterator[tuple[str, str, set[str | None]]]:
    for where, call in calls():
        if isinstance(key := call.args[0], ast.Constant):
            yield where, str(key.value), {keyword.arg for keyword in call.keywords}


def families() -> set[str]:
    """Return how those keys begin that are put together, each held against its source below."""
    beginnings = {
        str(first.value)
        for _, call in calls()
        if isinstance(key := call.args[0], ast.JoinedStr)
        and isinstance(first := key.values[0], ast.Constant)
    }
    return beginnings | {"system.E", "error."}


def test_both_languages_have_the_same_texts() -> None:
    assert RUSSIAN.keys() == ENGLISH.keys()
    for key, text in ENGLISH.items():
        assert places(RUSSIAN[key]) == places(text), key


def test_what_is_asked_for_is_there_with_all_that_it_says() -> None:
    for where, key, given in literal_calls():
        assert key in ENGLISH, where
        assert places(ENGLISH[key]) == given, where


def test_no_text_is_left_over() -> None:
    used = {key for _, key, _ in literal_calls()}
    left = {key for key in ENGLISH.keys() - used if not key.startswith(tuple(families()))}
    assert left == set()


def test_families_of_texts_are_about_what_there_is() -> None:
    for key in ENGLISH:
        family, _, name = key.partition(".")
        if family == "system" and name.startswith("E"):
            assert hasattr(errno, name), key
        if family == "error" and name != "other":
            assert name in set(FailureReason), key
    obstacles = {key for key in ENGLISH if key.startswith("archive.obstacle.")}
    assert obstacles == {f"archive.obstacle.{obstacle}" for obstacle in Obstacle}
    leftovers = {key for key in ENGLISH if key.startswith("leftover.")}
    assert leftovers == {f"leftover.{leftover}" for leftover in Leftover}
    steps = {key for key in ENGLISH if key.startswith("progress.what.")}
    assert steps == {f"progress.what.{step}" for step in STEPS}
    assert families() == {
        *("system.E", "error.", "demo.link."),
        *("archive.obstacle.", "leftover.", "progress.what."),
    }


@pytest.mark.parametrize("text", [*RUSSIAN.values(), *OF_ARGPARSE.values()])
def test_russian_is_russian(text: str) -> None:
    assert re.search("[А-яё]", text) or not re.search(r"\w", re.sub(r"\{\w+\}", "", text))
    assert not ENGLISH_WORDS.search(re.sub(r"\{\w+\}", "", text))


def test_what_argparse_says_is_what_we_translate() -> None:
    source = Path(argparse.__file__).read_text("utf-8")
    for message, translated in OF_ARGPARSE.items():
        assert repr(message)[1:-1] in source, message
        assert re.findall(r"%\S*?[srd]\b", message) == re.findall(r"%\S*?[srd]\b", translated)


def test_the_locale_says_in_which_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert phrase("file.is_none", path="a.jpg") == "a.jpg is no file"
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    assert phrase("file.is_none", path="a.jpg") == "a.jpg — не файл"
    assert with_examples("", "photochanger demo") == "Пример:\n  photochanger demo"
