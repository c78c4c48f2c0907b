"""What a store of text and JSON makes of a value."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Return *text* with U+FFFD for NUL and lone surrogates, which PostgreSQL cannot hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable_json(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return *value* as it comes back from a column of JSON, sharing nothing with the original."""
    return json.loads(json.dumps(_cleaned(value)))


def _cleaned(value: object) -> object:
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(str(key)): _cleaned(item) for key, item in value.items()}
        case list() | tuple():
            return [_cleaned(item) for item in value]
        case _:
            return value
