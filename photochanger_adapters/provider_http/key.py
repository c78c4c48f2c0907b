"""The API key, which is shown nowhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from photochanger_core.domain.errors import ProviderMisconfigured

FindsKey = Callable[[], Awaitable[str | None]]
"""Returns the key as it is now; None: there is none. May raise CoreError."""

_HIDDEN = "***"


class ApiKey(str):
    """A key that is sent as it is, but not shown: not among headers, nor locals of a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(_HIDDEN)

    def check(self) -> None:
        """Pass if it can be sent.

        Raises:
            ProviderMisconfigured: If there is none, or none that a header can carry.
        """
        if not self:
            raise ProviderMisconfigured("no API key is set")
        if not (self.isascii() and self.isprintable()):
            raise ProviderMisconfigured("the API key has characters that no header can carry")

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


async def found(finds: FindsKey) -> ApiKey:
    """Return the key that *finds* finds, fit to be sent.

    Raises:
        ProviderMisconfigured: If there is none, or none that a header can carry.
        CoreError: Whatever *finds* raises.
    """
    key = ApiKey(await finds() or "")
    key.check()
    return key
