"""Texts by language and key, from JSON files beside a package's code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from string import Formatter
from typing import Final

from attrs import frozen

LANGUAGES: Final = ("en", "ru")


class _Lenient(Formatter):
    """Leaves out what a text asks for and nobody gave."""

    def get_value(self, key: int | str, args: object, kwargs: Mapping[str, object]) -> object:
        return kwargs.get(str(key), "")


@frozen
class Catalogue:
    """Texts by language and key; places for values are named in braces."""

    texts: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, package: str) -> Catalogue:
        """Return the texts of *package*: those of its `en.json`, `ru.json`."""
        return cls(
            {
                language: json.loads((files(package) / f"{language}.json").read_text("utf-8"))
                for language in LANGUAGES
            }
        )

    def has(self, language: str, key: str) -> bool:
        """Whether *language* has a text for *key*."""
        return key in self.texts[language]

    def text(self, language: str, key: str, values: Mapping[str, object]) -> str:
        """Return the text for *key* in *language* with *values* filled in."""
        return _Lenient().vformat(self.texts[language][key], (), values).strip()
