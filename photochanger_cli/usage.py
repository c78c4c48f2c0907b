"""How help and complaints about usage are written, in the language of the locale."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from .language import spoken
from .locale import phrase

_RUSSIAN: Final[Mapping[str, str]] = json.loads(
    (files("photochanger_cli.locale") / "argparse_ru.json").read_text("utf-8")
)
"""What argparse says, by its English words."""


class Help(argparse.HelpFormatter):
    """Help in which lines that begin with blanks stay as they are: commands to be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        fill = super()._fill_text
        return "\n".join(
            line if line.startswith(" ") else fill(line, width, indent) for line in text.split("\n")
        )


def with_examples(text: str, *examples: str) -> str:
    """Return *text*, and the commands that are *examples* below it."""
    if not examples:
        return text
    shown = "\n".join(["", phrase("help.example"), *(f"  {example}" for example in examples)])
    return f"{text}\n{shown}" if text else shown.lstrip("\n")


def _in_our_language(message: str) -> str:
    return _RUSSIAN.get(message, message) if spoken() == "ru" else message


# argparse looks its words up by this name: gettext's function, which would want compiled files.
argparse._ = _in_our_language  # type: ignore[attr-defined]
