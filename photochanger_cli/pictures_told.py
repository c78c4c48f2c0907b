"""What is amiss with a backup, told beside what was done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

_NAMED: Final = 5
"""So many pictures are told by name at most."""


def warn(text: str) -> None:
    """Say *text* on standard error: all went well, but for this."""
    print(f"photochanger: {text}", file=sys.stderr)


def named(pictures: Sequence[str]) -> str:
    """Return the names of the first of *pictures*."""
    return ", ".join(pictures[:_NAMED]) + (", ..." if len(pictures) > _NAMED else "")
