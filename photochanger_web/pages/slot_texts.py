"""Names of what is told of a slot's history and has no field of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from photochanger_web.locale import page_text

WORDS: Final = (
    "true",
    "false",
    "nothing",
    "retry",
    "template_media",
    "ingest_password",
    "gallery_key",
    "provider",
    "operation",
)
"""Their texts are `slot_words.NAME`."""


def words(language: str) -> Mapping[str, str]:
    """Return the words in *language*."""
    return {name: page_text(language, f"slot_words.{name}") for name in WORDS}
