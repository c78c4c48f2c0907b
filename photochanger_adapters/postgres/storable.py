"""Text that PostgreSQL cannot hold, made so that it can."""

from __future__ import annotations

import re
from typing import Final

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def storable(value: object) -> object:
    """Return *value* with U+FFFD for NUL and lone surrogates in its text, however deep.

    PostgreSQL knows neither, in text or in jsonb:
    https://www.postgresql.org/docs/current/datatype-json.html
    """
    match value:
        case str():
            return _UNSTORABLE.sub("\ufffd", value)
        case dict():
            return {storable(str(key)): storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
        case _:
            return value
