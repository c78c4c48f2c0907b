"""The API key, which is shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from photochanger_core.domain.errors import ProviderFailure, ProviderMisconfigured

FindsKey = Callable[[], Awaitable[str | None]]
"""Returns the key as it is now; None: there is none. May raise CoreError."""

_HIDDEN = "***"

_TELLING: Final = 10
"""Letters and digits of a key in a row that tell too much of it."""

_ESCAPES: Final = re.compile(r"\\u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})|&#x([0-9a-fA-F]{2,4});")
"""How JSON, URLs and pages write characters."""

_OTHERS: Final = re.compile(r"[^0-9a-z]")


class ApiKey(str):
    """A key that is sent as it is, but not shown: not among headers, nor locals of a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(_HIDDEN)

    @classmethod
    async def asked(cls, finds: FindsKey) -> ApiKey:
        """Return the key that *finds* finds now. It is in no local as plain text.

        Raises:
            ProviderMisconfigured: If there is none, or none that a header can carry.
            CoreError: Whatever *finds* raises.
        """
        key = cls(await finds() or "")
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

    @contextmanager
    def kept_out(self, *others: str) -> Iterator[None]:
        """Let failures leave whose text holds neither the key, however spelled, nor *others*.

        Whoever sends a key back may write it as JSON, URLs or pages do. A text that still holds a
        good part of it, read without such spelling, is not shown at all.
        """
        try:
            yield
        except ProviderFailure as failure:
            failure.detail = self._without(failure.detail, others)
            failure.args = (failure.detail,)
            raise

    def is_spelled_in(self, text: str) -> bool:
        """Whether a good part of the key is in *text*, in whatever spelling."""
        plain, key = _plain(text), _plain(self)
        return any(key[at : at + _TELLING] in plain for at in range(len(key) - _TELLING + 1))

    def _without(self, text: str, others: Iterable[str]) -> str:
        for other in others:
            text = text.replace(other, _HIDDEN)
        return "not shown: it holds the key" if self.is_spelled_in(text) else text

    def hidden_in_bytes(self, body: bytearray) -> bytearray:
        """Return *body* without the key; the same object if it holds none."""
        key = self.encode()
        return body.replace(key, _HIDDEN.encode()) if key in body else body


def _plain(text: str) -> str:
    """Return the letters and digits of *text*, lower-case, as whoever reads it would see them."""
    return _OTHERS.sub("", _ESCAPES.sub(_character, text).lower())


def _character(escape: re.Match[str]) -> str:
    return chr(int(next(filter(None, escape.groups())), 16))
