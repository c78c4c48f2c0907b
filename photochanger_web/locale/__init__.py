"""Texts for callers, in the languages we speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from photochanger_web.catalogue import LANGUAGES as LANGUAGES
from photochanger_web.catalogue import Catalogue
from photochanger_web.preferences import preferences

SITE_LANGUAGE: Final = "ru"
"""Of administrators who do not say."""

_CATALOGUE: Final = Catalogue.of(__package__)


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
