"""Pages that are there in both languages: `NAME.md`, and beside it `NAME.ru.md` or `NAME.en.md`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .pages import PAGES
from .structure import words_of

MIXED: Final = frozenset({"README.md", "docs/index.md", "docs/configuration.md"})
"""Pages that speak both languages."""

_EDITION: Final = re.compile(r"(?P<name>.+)\.(?P<language>ru|en)")


def _original_of(page: Path) -> Path | None:
    named = _EDITION.fullmatch(page.stem)
    return page.with_name(f"{named['name']}.md") if named else None


EDITIONS: Final[Mapping[Path, Path]] = {
    page: original for page in PAGES if (original := _original_of(page)) is not None
}
"""The original of each edition. Commands are run on originals only."""

OTHER: Final = {**EDITIONS, **{original: edition for edition, original in EDITIONS.items()}}
"""What a page that is there in both languages is in the other one."""


def language_of(page: Path) -> str:
    """Return the language of *page*: its name tells, that of its edition, or its letters."""
    if named := _EDITION.fullmatch(page.stem):
        return named["language"]
    if page in OTHER:
        return "en" if language_of(OTHER[page]) == "ru" else "ru"
    text = "".join(words_of(page))
    return "ru" if len(re.findall("[А-яё]", text)) > len(re.findall("[A-Za-z]", text)) else "en"
