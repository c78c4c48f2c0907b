"""Text of anybody's, as a terminal shows it and does nothing else."""

from __future__ import annotations

from typing import Final

_FOUR_DIGITS: Final = 0xFFFF
"""The last character whose code has no more."""


def shown(text: str) -> str:
    """Return *text* with escapes for what a terminal would act upon, or not show."""
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in text)


def _escape(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code <= _FOUR_DIGITS else f"\\U{code:08x}"
