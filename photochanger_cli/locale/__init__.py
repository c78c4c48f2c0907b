"""Texts for whoever works at the command line, in the language of the locale."""

from __future__ import annotations

from typing import Final

from photochanger_cli.language import spoken
from photochanger_web.catalogue import Catalogue

CATALOGUE: Final = Catalogue.of(__package__)


def phrase(key: str, /, **values: object) -> str:
    """Return the text for *key* with *values* filled in."""
    return CATALOGUE.text(spoken(), key, values)
