"""Links lead somewhere: files, places on pages; addresses elsewhere by their form only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest

from .pages import PAGES, ROOT, name_of
from .structure import anchors_of, code_in_lines_of, links_of

_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_PATH: Final = re.compile(r"(?:tests|docs|deploy|db|photochanger_\w+)/[\w./-]*\w")
_MADE: Final = {"deploy/docker/.env", "deploy/docker/secrets", "photochanger_web/contract"}
"""What only an installation has, or the wheel."""


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    wrong = [link for link in links_of(page) if not leads_somewhere(page, link)]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    files = {word for word in code_in_lines_of(page) if _PATH.fullmatch(word)} - _MADE
    assert {file for file in files if not (ROOT / file).exists()} == set()


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether *link* on *page* leads to something that is there."""
    parts = urlsplit(link)
    if parts.scheme:
        return parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    anchor = unquote(parts.fragment)
    return target.exists() and (not anchor or anchor in anchors_of(target))
