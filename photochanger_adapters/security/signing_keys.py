"""What a key must be to sign tokens with HS256; known without the library that signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MIN_KEY_BYTES: Final = 32
"""As many as a signature has (RFC 7518, 3.2)."""


def check_keys(keys: Sequence[bytes]) -> None:
    """Pass if *keys* can sign.

    Raises:
        ValueError: If there is none, or one is shorter than `MIN_KEY_BYTES`.
    """
    if not keys or any(len(key) < MIN_KEY_BYTES for key in keys):
        raise ValueError(f"keys must have at least {MIN_KEY_BYTES} bytes")
