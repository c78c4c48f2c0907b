"""Links lead somewhere: files, places on pages; addresses elsewhere by their form only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

from .pages import PAGES, ROOT, name_of

_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_PATH: Final = re.compile(r"(?:tests|docs|deploy|db|photochanger_\w+)/[\w./-]*\w")
_MADE: Final = {"deploy/docker/.env", "deploy/docker/secrets", "photochanger_web/contract"}
"""What only an installation has, or the wheel."""

_NOT_IN_ANCHORS: Final = re.compile(r"[^\w\- ]")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    wrong = [link for link in _links(page) if not leads_somewhere(page, link)]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))
    words = [i.content for token in tokens for i in token.children or () if i.type == "code_inline"]
    files = {word for word in words if _PATH.fullmatch(word)} - _MADE
    assert {file for file in files if not (ROOT / file).exists()} == set()


def _links(page: Path) -> Iterator[str]:
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8")):
        for inner in token.children or ():
            address = inner.attrGet("href") or inner.attrGet("src")
            if address is not None:
                yield str(address)


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether *link* on *page* leads to something that is there."""
    parts = urlsplit(link)
    if parts.scheme:
        return parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    anchor = unquote(parts.fragment)
    return target.exists() and (not anchor or anchor in _anchors(target))


@cache
def _anchors(page: Path) -> set[str]:
    """Return the anchors of the headings on *page*, as forges and the site make them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))
    texts = [
        "".join(inner.content for inner in heading.children or () if inner.content)
        for before, heading in pairwise(tokens)
        if before.type == "heading_open"
    ]
    anchors = [_NOT_IN_ANCHORS.sub("", text.lower()).replace(" ", "-") for text in texts]
    return {
        f"{anchor}-{count}" if (count := anchors[:index].count(anchor)) else anchor
        for index, anchor in enumerate(anchors)
    }
