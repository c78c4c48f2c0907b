"""What is amiss with pictures of a backup, told beside what was done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

_NAMED: Final = 5
"""So many are told by name at most."""


def warn_of(pictures: Sequence[str], what: str) -> None:
    """Tell on standard error *what* is so of *pictures*, if there are any."""
    if pictures:
        names = ", ".join(pictures[:_NAMED]) + (", ..." if len(pictures) > _NAMED else "")
        print(f"photochanger: {len(pictures)} pictures {what}: {names}", file=sys.stderr)
