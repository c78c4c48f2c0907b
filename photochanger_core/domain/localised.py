"""A schema in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

RUSSIAN: Final = "ru"
_TEXTS: Final = f"x-{RUSSIAN}"


def localised(schema: Mapping[str, object], language: str) -> dict[str, object]:
    """Return *schema* as plain JSON Schema with its texts in *language*, `ru` or `en`.

    What has no text in Russian keeps the English one.
    """
    plain: dict[str, object] = {
        name: _inside(part, language) for name, part in schema.items() if name != _TEXTS
    }
    texts: Any = schema.get(_TEXTS, {}) if language == RUSSIAN else {}
    return {**plain, **texts}


def _inside(part: object, language: str) -> object:
    match part:
        case Mapping():
            return localised(part, language)
        case list():
            return [_inside(item, language) for item in part]
        case _:
            return part
