"""What a provider answered, before anybody has made sense of it. No I/O here."""

from __future__ import annotations

import re
from typing import Final

from attrs import field, frozen

MAX_RETRY_AFTER: Final = 86_400.0
"""Seconds beyond which a wish to wait is not repeated to anybody."""

_SECONDS: Final = re.compile(r"\d{1,9}", re.ASCII)


@frozen(kw_only=True)
class Arrived:
    """An answer as it came, without the key wherever it was repeated.

    Attributes:
        content_type: As the header has it.
        retry_after: Seconds, if a header asks to wait for so many.
        body: All of it; of an error its beginning.
    """

    status: int
    content_type: str
    retry_after: float | None = None
    body: bytes | bytearray = field(repr=False)


def retry_after(header: str | None) -> float | None:
    """Return the seconds that *header*, a `Retry-After`, asks for; dates are not understood."""
    if header is None or not _SECONDS.fullmatch(header):
        return None
    return min(float(header), MAX_RETRY_AFTER)
