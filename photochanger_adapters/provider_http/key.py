"""The API key, which is shown nowhere."""

from __future__ import annotations

from collections.abc import Callable

from photochanger_core.domain.errors import ProviderMisconfigured

_HIDDEN = "***"


class ApiKey(str):
    """A key that is sent as it is, but not shown: not among headers, nor locals of a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(_HIDDEN)

    @classmethod
    def asked(cls, source: Callable[[], str | None]) -> ApiKey:
        """Return the key that *source* names now. It is in no local as plain text.

        Raises:
            ProviderMisconfigured: If there is none, or none that a header can carry.
        """
        key = cls(source() or "")
        if not key:
            raise ProviderMisconfigured("no API key is set")
        if not (key.isascii() and key.isprintable()):
            raise ProviderMisconfigured("the API key has characters that no header can carry")
        return key

    def bearer(self) -> ApiKey:
        """Return the value of an `Authorization` header, as little shown as the key."""
        return ApiKey(f"Bearer {self}")

    def hidden_in(self, text: str) -> str:
        """Return *text* without the key."""
        return text.replace(self, _HIDDEN)

    def hidden_in_bytes(self, body: bytearray) -> bytearray:
        """Return *body* without the key; the same object if it holds none."""
        key = self.encode()
        return body.replace(key, _HIDDEN.encode()) if key in body else body
