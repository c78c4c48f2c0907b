"""Amounts, as people read them."""

from __future__ import annotations

from typing import Final

from photochanger_web.locale import page_text

_KIBI: Final = 1024
_MEBI: Final = _KIBI**2


def decimal(language: str, number: float, digits: int = 1) -> str:
    """Return *number* with *digits* behind the mark, which languages do not agree on."""
    written = f"{number:.{digits}f}"
    return written.replace(".", ",") if language == "ru" else written


def in_seconds(language: str, seconds: float) -> str:
    """Return *seconds* with their unit."""
    return page_text(language, "amounts.seconds", number=decimal(language, seconds))


def in_mebibytes(language: str, size: float) -> str:
    """Return a *size* in bytes as MiB, as limits are told; as GiB, if it is so many."""
    if size < _KIBI * _MEBI:
        return page_text(language, "amounts.mebibytes", number=_short(language, size / _MEBI))
    number = _short(language, size / _MEBI / _KIBI)
    return page_text(language, "amounts.gibibytes", number=number)


def _short(language: str, number: float) -> str:
    digits = 2 if number < 1 else 1
    return decimal(language, number, 0 if round(number, digits).is_integer() else digits)
