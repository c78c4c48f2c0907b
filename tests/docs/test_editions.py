"""Both editions of a page tell the same: what is not the words of a language is in both.

Headings, tables, links, code, commands and numbers are compared; words are not, but for those that
are on the screen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest

from .editions import EDITIONS, MIXED, OTHER, language_of
from .pages import PAGES, marked_blocks_of, name_of
from .screen import is_on_screen
from .structure import anchors_of, code_in_lines_of, headings_of, links_of, tokens_of, words_of

TITLES: Final = {"ru": "По-русски", "en": "In English"}
"""What a link to the edition in that language is called."""

_PLACEHOLDERS: Final = {
    "СЕРВЕР": "SERVER",
    "ПАРОЛЬ": "PASSWORD",
    "ИМЯ": "NAME",
    "ЗНАЧЕНИЕ": "VALUE",
}
_PLACEHOLDER: Final = re.compile("|".join(_PLACEHOLDERS))
_PROMPT: Final = re.compile(r'(?<=\bprompt=)"[^"]*"')
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*")
_PRINTED: Final = "what is printed, as an example"
_NAMES: Final = {"ru": re.compile("«([^»]+)»"), "en": re.compile("“([^”]+)”")}
_PARTS: Final = ("tr_open", "list_item_open", "paragraph_open")

both = pytest.mark.parametrize("edition", EDITIONS, ids=name_of)


def test_there_are_editions() -> None:
    assert {language_of(edition) for edition in EDITIONS} == {"ru", "en"}


@both
def test_editions_lead_to_each_other_under_the_title(edition: Path) -> None:
    original = EDITIONS[edition]
    for page, other in ((edition, original), (original, edition)):
        first = [token for token in tokens_of(page) if token.type == "inline"][1]
        assert first.content == f"[{TITLES[language_of(other)]}]({other.name})", name_of(page)


@both
def test_editions_have_the_same_headings(edition: Path) -> None:
    levels = [level for level, _ in headings_of(edition)]
    assert levels == [level for level, _ in headings_of(EDITIONS[edition])]


@both
def test_editions_have_the_same_paragraphs_rows_and_items(edition: Path) -> None:
    parts = [token.type for token in tokens_of(edition) if token.type in _PARTS]
    assert parts == [token.type for token in tokens_of(EDITIONS[edition]) if token.type in _PARTS]


@both
def test_editions_show_the_same_commands(edition: Path) -> None:
    assert [*_code(edition)] == [*_code(EDITIONS[edition])]


@both
def test_editions_name_the_same(edition: Path) -> None:
    assert _named(edition) == _named(EDITIONS[edition])


@both
def test_editions_have_the_same_numbers(edition: Path) -> None:
    ours, theirs = _numbers(edition), _numbers(EDITIONS[edition])
    assert (ours - theirs, theirs - ours) == (Counter(), Counter())


@both
def test_editions_lead_to_the_same(edition: Path) -> None:
    ours, theirs = Counter(_aims(edition)), Counter(_aims(EDITIONS[edition]))
    assert (ours - theirs, theirs - ours) == (Counter(), Counter())


@pytest.mark.parametrize("page", [p for p in PAGES if name_of(p) not in MIXED], ids=name_of)
def test_links_lead_to_the_language_of_their_page(page: Path) -> None:
    targets = {_target(page, link) for link in links_of(page)} - {OTHER.get(page)}
    there = {target for target in targets if target in OTHER}
    assert {name_of(one) for one in there if language_of(one) != language_of(page)} == set()


@pytest.mark.parametrize("page", OTHER, ids=name_of)
def test_names_are_those_on_the_screen(page: Path) -> None:
    language = language_of(page)
    names = {name for text in words_of(page) for name in _NAMES[language].findall(text)}
    assert {name for name in names if not is_on_screen(name, language)} == set()


@pytest.mark.parametrize(
    "name, language, is_there",
    [
        ("Настройки", "ru", True),
        ("Settings", "ru", False),
        ("Settings", "en", True),
        ("Занят 2/4", "ru", True),
        ("Занят", "ru", True),
        ("Время ожидания ответа", "ru", True),
        ("Время ожидания", "ru", False),
        ("Системная инструкция", "ru", True),
        ("Where time goes", "ru", True),
        ("Where money goes", "en", False),
    ],
)
def test_names_on_the_screen_are_told_from_others(
    name: str, language: str, *, is_there: bool
) -> None:
    assert is_on_screen(name, language) is is_there


@pytest.mark.parametrize(
    "one, another, are_same",
    [
        ("```sh\npwd # here\n```\n", "```sh\npwd # здесь\n```\n", True),
        ('```sh\nset prompt="one"\n```\n', '```sh\nset prompt="один"\n```\n', True),
        ("```sh\nls -a\n```\n", "```sh\nls -l\n```\n", False),
        ("```sh\npwd\n```\n", "```text\npwd\n```\n", False),
        ("<!-- not run: needs root -->\n```sh\npwd\n```\n", "```sh\npwd\n```\n", False),
        (
            f"<!-- not run: {_PRINTED} -->\n\n    yes\n",
            f"<!-- not run: {_PRINTED} -->\n\n    да\n",
            True,
        ),
    ],
)
def test_commands_are_compared_apart_from_words(
    tmp_path: Path, one: str, another: str, *, are_same: bool
) -> None:
    pages = tmp_path / "one.md", tmp_path / "another.md"
    for page, text in zip(pages, (one, another), strict=True):
        page.write_text(text, "utf-8")
    assert ([*_code(pages[0])] == [*_code(pages[1])]) is are_same


def _code(page: Path) -> Iterator[tuple[str, str | None, str]]:
    for mark, token in marked_blocks_of(page):
        why = mark["why"] if mark else None
        text = _COMMENT.sub("#", _PROMPT.sub('"…"', token.content))
        yield token.info, why, str(text.count("\n")) if why == _PRINTED else text


def _named(page: Path) -> set[str]:
    return {_PLACEHOLDER.sub(_common, code) for code in code_in_lines_of(page)}


def _common(placeholder: re.Match[str]) -> str:
    return _PLACEHOLDERS[placeholder[0]]


def _numbers(page: Path) -> Counter[str]:
    return Counter(number for text in words_of(page) for number in re.findall(r"\d+", text))


def _aims(page: Path) -> Iterator[tuple[str, int | None]]:
    """Yield the original of what each link leads to, and which of its headings."""
    for link in links_of(page):
        target, anchor = _target(page, link), unquote(urlsplit(link).fragment)
        if target is None:
            yield link, None
        elif target != OTHER.get(page):
            place = anchors_of(target).index(anchor) if anchor else None
            yield name_of(EDITIONS.get(target, target)), place


def _target(page: Path, link: str) -> Path | None:
    parts = urlsplit(link)
    if parts.scheme:
        return None
    return (page.parent / unquote(parts.path)).resolve() if parts.path else page
