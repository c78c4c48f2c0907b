"""Fields of forms, as the core takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from photochanger_core.domain.errors import InvalidRequest
from photochanger_core.domain.problems import Problem

_VERSION: Final = "version"
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")


def version_in(given: Mapping[str, str], name: str = _VERSION) -> int:
    """Return the version that a form was made of, which it calls *name*.

    Raises:
        InvalidRequest: If it does not say.
    """
    version = whole_in(given.get(name, ""))
    if not isinstance(version, int) or version < 0:
        raise InvalidRequest(name, Problem.MALFORMED)
    return version


def whole_in(text: str) -> int | str:
    """Return the whole number that *text* is; else *text*, for the core to tell what is wrong."""
    stripped = text.strip()
    return int(stripped) if _WHOLE.fullmatch(stripped) else text
