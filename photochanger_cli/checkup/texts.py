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
    """

    meaning: str
    remedy: str


def told(finding: Finding, language: Language) -> Told:
    """Return *finding* in the words of *language*, each text on one line."""
    given = {"about": finding.about, "ABOUT": finding.about.upper(), **finding.values}
    values = {name: one_line(_shown(value, language)) for name, value in given.items()}
    meaning, *remedy = (text.format(**values) for text in TEXTS[language][finding.sign])
    return Told(meaning=meaning, remedy=" ".join(remedy))


def _shown(value: object, language: Language) -> object:
    return wrong_fields(value, language) if isinstance(value, ValidationFailed) else value


def one_line(value: object) -> str:
    """Return *value* without line breaks and without what a terminal would obey."""
    shown = "".join(letter if letter.isprintable() else " " for letter in str(value))
    line = " ".join(shown.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
