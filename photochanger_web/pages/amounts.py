"""Amounts, as people read them."""

from __future__ import annotations

from typing import Final

from photochanger_web.locale import page_text

_MEGABYTE: Final = 2**20


def decimal(language: str, number: float, digits: int = 1) -> str:
    """Return *number* with *digits* behind the mark, which languages do not agree on."""
    written = f"{number:.{digits}f}"
    return written.replace(".", ",") if language == "ru" else written


def in_seconds(language: str, seconds: float) -> str:
    """Return *seconds* with their unit."""
    return page_text(language, "amounts.seconds", number=decimal(language, seconds))


def in_megabytes(language: str, size: int) -> str:
    """Return a *size* in bytes as megabytes with their unit."""
    number = decimal(language, size / _MEGABYTE, digits=2)
    return page_text(language, "amounts.megabytes", number=number)
