"""The language that the command line speaks: by the locale, as programs on POSIX systems do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["en", "ru"]

_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set counts (POSIX, Base Definitions, 8.2)."""


def language_of(environment: Mapping[str, str]) -> Language:
    """Return Russian if the locale of *environment* is Russian, else English."""
    locale = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return "ru" if locale.lower().startswith("ru") else "en"


def spoken() -> Language:
    """Return the language of the environment that this process has."""
    return language_of(os.environ)
