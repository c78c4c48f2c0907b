"""What a page consists of: headings with their anchors, links, blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_NOT_IN_ANCHORS: Final = re.compile(r"[^\w\- ]")


def tokens_of(page: Path) -> list[Token]:
    """Return *page* as its parser sees it."""
    return MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))


def headings_of(page: Path) -> list[tuple[str, str]]:
    """Return the level and the text of every heading on *page*, in their order."""
    return [
        (before.tag, "".join(inner.content for inner in heading.children or () if inner.content))
        for before, heading in pairwise(tokens_of(page))
        if before.type == "heading_open"
    ]


def anchors_of(page: Path) -> list[str]:
    """Return the anchors of the headings on *page*, as forges and the site make them."""
    texts = [text for _, text in headings_of(page)]
    anchors = [_NOT_IN_ANCHORS.sub("", text.lower()).replace(" ", "-") for text in texts]
    return [
        f"{anchor}-{count}" if (count := anchors[:index].count(anchor)) else anchor
        for index, anchor in enumerate(anchors)
    ]


def links_of(page: Path) -> Iterator[str]:
    """Yield where every link and every picture on *page* leads."""
    for token in tokens_of(page):
        for inner in token.children or ():
            address = inner.attrGet("href") or inner.attrGet("src")
            if address is not None:
                yield str(address)


def code_in_lines_of(page: Path) -> Iterator[str]:
    """Yield every piece of code in the lines of *page*."""
    for token in tokens_of(page):
        yield from (i.content for i in token.children or () if i.type == "code_inline")


def words_of(page: Path) -> Iterator[str]:
    """Yield the text of *page*, without code and without where links lead."""
    for token in tokens_of(page):
        yield from (i.content for i in token.children or () if i.type == "text")
