"""What the members of an archive are called."""

from __future__ import annotations

from typing import Final

MANIFEST: Final = "manifest.json"
ACCOUNTS: Final = "accounts.json"
ROWS: Final = "rows"
PICTURES: Final = "pictures"

MOST_BYTES: Final = 2**26
"""Of a member that is held in memory as a whole, packed or not."""

MOST_LINES: Final = 2**23
"""Bytes of rows that go into one member, unless a single row is longer."""

MOST_ROWS: Final = 500
"""So many go into one member: short ones need much more memory than they have bytes."""
