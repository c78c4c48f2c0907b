"""Links to the gallery of all slots, good for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

LINK_LIFE: Final = timedelta(minutes=15)
"""So long a link leads to the gallery."""

LINK_MEMORY: Final = timedelta(days=7)
"""So long after that it is known to have been one."""


def link_digest(token: str) -> str:
    """Return by what the link with *token* is known: whoever reads that cannot make the link.

    Tokens are long and random, so that a fast digest without salt gives nothing away.
    """
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def has_ended(expires_at: datetime, now: datetime) -> bool:
    """Whether a link leads nowhere any more; its last instant still counts."""
    return now > expires_at
