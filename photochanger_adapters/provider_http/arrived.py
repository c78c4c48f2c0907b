"""What a provider answered, before anybody has made sense of it. No I/O here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.errors import ProviderBadResponse
from photochanger_core.domain.picture import SNIFF_BYTES, sniff

from .untrusted import quote

MAX_RETRY_AFTER: Final = 86_400.0
"""Seconds beyond which a wish to wait is not repeated to anybody."""

_COUNT: Final = re.compile(r"\d{1,9}", re.ASCII)


@frozen(kw_only=True)
class Arrived:
    """An answer as it came, without the key wherever it was repeated.

    Attributes:
        headers: By name; as they come from `Exchange`, upper and lower case are the same.
        body: All of it; of an error its beginning.
    """

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes | bytearray = field(repr=False)

    @property
    def content_type(self) -> str:
        """As the header has it; empty if there is none."""
        return self.headers.get("Content-Type", "")

    @property
    def retry_after(self) -> float | None:
        """Seconds, if `Retry-After` asks to wait for so many; dates are not understood."""
        seconds = self.count("Retry-After")
        return None if seconds is None else min(float(seconds), MAX_RETRY_AFTER)

    def count(self, header: str) -> int | None:
        """Return the whole number that *header* is, of nine digits at most; None: it is none."""
        text = self.headers.get(header, "")
        return int(text) if _COUNT.fullmatch(text) else None

    def picture(self) -> Blob:
        """Return the body as a picture, its type by its bytes. Hashing megabytes: use a thread.

        Raises:
            ProviderBadResponse: If it is none of the three types.
        """
        media_type = sniff(bytes(self.body[:SNIFF_BYTES]))
        if media_type is None:
            label = quote(self.content_type)
            raise ProviderBadResponse(
                f"what came as a picture is no JPEG, PNG or WebP, but {label or 'of no type'}"
            )
        return BytesBlob(bytes(self.body), media_type)
