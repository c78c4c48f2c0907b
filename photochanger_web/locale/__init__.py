"""Texts for callers, in the languages we speak."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from photochanger_web.catalogue import LANGUAGES as LANGUAGES
from photochanger_web.catalogue import Catalogue
from photochanger_web.preferences import preferences

SITE_LANGUAGE: Final = "ru"
"""Of administrators who do not say."""

_CATALOGUE: Final = Catalogue.of(__package__)

_PAGES: Final = files(__package__) / "pages"


def _page_texts(language: str) -> Mapping[str, str]:
    """Return the texts of pages: `NAME.LANGUAGE.json` has those whose keys begin with `NAME.`."""
    return {
        f"{file.name.partition('.')[0]}.{key}": sentence
        for file in _PAGES.iterdir()
        if file.name.endswith(f".{language}.json")
        for key, sentence in json.loads(file.read_text(encoding="utf-8")).items()
    }


PAGE_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    language: _page_texts(language) for language in LANGUAGES
}

_SCRIPTS: Final = "scripts."
"""What texts for scripts begin with."""


def has_text(language: str, key: str) -> bool:
    """Whether *language* has a text for *key*."""
    return _CATALOGUE.has(language, key)


def text(language: str, key: str, values: Mapping[str, object]) -> str:
    """Return the text for *key* in *language* with *values* filled in."""
    return _CATALOGUE.text(language, key, values)


def language_of(accept_language: str | None, *, default: str) -> str:
    """Return the language that an `Accept-Language` header prefers (RFC 9110, 12.5.4)."""
    weights = [(tag[:2], weight) for tag, weight in preferences(accept_language) if weight > 0]
    spoken = [(name, weight) for name, weight in weights if name in LANGUAGES]
    return max(spoken, key=lambda pair: pair[1], default=(default, 0.0))[0]


def page_text(language: str, key: str, /, **values: object) -> str:
    """Return the text of a page for *key* in *language* with *values* filled in.

    Raises:
        KeyError: If there is no such text, or it needs another value.
    """
    return PAGE_TEXTS[language][key].format(**values)


def texts_for_scripts(language: str) -> Mapping[str, str]:
    """Return the texts that scripts show, by their keys without `scripts.`."""
    return {
        key.removeprefix(_SCRIPTS): sentence
        for key, sentence in PAGE_TEXTS[language].items()
        if key.startswith(_SCRIPTS)
    }
