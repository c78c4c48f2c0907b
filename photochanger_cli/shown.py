"""Text of anybody's, as a terminal shows it and does nothing else."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that change how others are shown, or cannot be."""


def shown(text: str) -> str:
    """Return *text* with escapes for what a terminal would act upon."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
