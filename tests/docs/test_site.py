"""The site is built without a warning, and needs nobody else's server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from .editions import OTHER, language_of
from .pages import DOCS

_FETCHED: Final = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
_NOT_FETCHED: Final = {"canonical", "next", "prev", "search", "index", "author"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a site that was built with warnings as errors."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(DOCS), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > len(list(DOCS.glob("*.md")))
    for page in pages:
        fetched = _Fetched()
        fetched.feed(page.read_text("utf-8"))
        for address in fetched.addresses:
            parts = urlsplit(address)
            assert not parts.scheme or parts.scheme == "data", f"{page.name}: {address}"
            assert not parts.netloc, f"{page.name}: {address}"


def test_styles_fetch_nothing_from_elsewhere(site: Path) -> None:
    for style in site.rglob("*.css"):
        text = style.read_text("utf-8")
        assert "@import" not in text, style.name
        assert not re.search(r"url\(.?(http|//)", text), style.name


def test_pages_say_which_language_they_are_in(site: Path) -> None:
    told = {"index": "ru", "platforms": "ru", "architecture": "en"}
    for page, language in [*told.items(), *_editions()]:
        assert f'lang="{language}"' in (site / f"{page}.html").read_text("utf-8")[:300], page


def _editions() -> Iterator[tuple[str, str]]:
    for page in OTHER:
        yield page.relative_to(DOCS).as_posix().removesuffix(".md"), language_of(page)


class _Fetched(HTMLParser):
    """What a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get(_FETCHED.get(tag, ""))
        if address and not (tag == "link" and given.get("rel") in _NOT_FETCHED):
            self.addresses.append(address)
