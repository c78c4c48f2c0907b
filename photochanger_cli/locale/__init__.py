"""Texts for whoever works at the command line, in the language of the locale."""

from __future__ import annotations

import os
from typing import Final

from photochanger_cli.language import language_of
from photochanger_web.catalogue import Catalogue

CATALOGUE: Final = Catalogue.of(__package__)


def phrase(key: str, /, **values: object) -> str:
    """Return the text for *key* with *values* filled in."""
    return CATALOGUE.text(language_of(os.environ), key, values)
