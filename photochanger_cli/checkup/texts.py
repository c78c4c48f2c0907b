"""What signs mean, and what to do about them, in two languages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final

from attrs import frozen

from photochanger_cli.failures import wrong_fields
from photochanger_cli.language import Language
from photochanger_core.domain.checkup import Finding
from photochanger_core.domain.errors import ValidationFailed

TEXTS: Final[Mapping[Language, Mapping[str, Sequence[str]]]] = {
    language: json.loads((files(__package__) / f"{language}.json").read_text(encoding="utf-8"))
    for language in ("en", "ru")
}
"""By language and sign: what it means, and where something is to be done, what."""

_LONGEST: Final = 300
"""Characters of a value: providers and databases may say a lot."""


@frozen
class Told:
    """A finding in words.

    Attributes:
        remedy: Empty where there is nothing to do.
        values: What the two name: whole and broken numbers as they are, anything else as text.
    """

    meaning: str
    remedy: str
    values: Mapping[str, int | float | str]


def told(finding: Finding, language: Language) -> Told:
    """Return *finding* in the words of *language*, each text on one line."""
    about = {"about": finding.about, "ABOUT": finding.about.upper()}
    values = {name: _value(value, language) for name, value in finding.values.items()}
    shown = {name: _shown(value, language) for name, value in {**about, **values}.items()}
    meaning, *remedy = (text.format(**shown) for text in TEXTS[language][finding.sign])
    return Told(meaning=meaning, remedy=" ".join(remedy), values=values)


def _value(value: object, language: Language) -> int | float | str:
    match value:
        case int() | float():
            return value
        case ValidationFailed():
            return one_line(wrong_fields(value, language))
    return one_line(value)


def _shown(value: float | str, language: Language) -> str:
    """Return *value* as people write it: a number with one digit behind the comma at most."""
    if not isinstance(value, float):
        return str(value)
    number = f"{value:.1f}".removesuffix(".0")
    return number.replace(".", ",") if language == "ru" else number


def one_line(value: object) -> str:
    """Return *value* without line breaks and without what a terminal would obey."""
    shown = "".join(letter if letter.isprintable() else " " for letter in str(value))
    line = " ".join(shown.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
