"""The HTTP session that asks providers how they are, and remembers what they answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp_client_cache.backends.base import CacheBackend, DictCache, ResponseOrKey
from aiohttp_client_cache.response import CachedResponse
from aiohttp_client_cache.session import CachedSession

from .exchange import ERROR_LIMIT, beginning
from .interim import PatientResponse
from .session import precautions

REMEMBER_SECONDS: Final = 60
"""For which an answer counts, whatever its status, and whatever it says about that itself."""

ANSWERS: Final = 64
"""Remembered at most: one for each model and key, and a few that are over."""


@asynccontextmanager
async def open_ping_session(*, proxy_url: str | None = None) -> AsyncIterator[CachedSession]:
    """Open a session that asks the same thing once a minute, however often it is told to.

    For `Exchange`, and with all `precautions`. Answers to other keys are other answers. Those that
    do not come, or break off, are not remembered.

    Args:
        proxy_url: Outbound proxy, for places where the service does not answer directly.
    """
    cache = CacheBackend(
        expire_after=REMEMBER_SECONDS,
        allowed_codes=tuple(range(1_000)),
        allowed_methods=("GET", "POST"),
        include_headers=True,
    )
    cache.responses = _Answers()
    async with CachedSession(
        cache=cache, proxy=proxy_url, **precautions() | {"response_class": _ShortResponse}
    ) as session:
        yield session


class _Answers(DictCache):
    """Answers by what was asked, without the API keys that were sent along."""

    async def write(self, key: str, item: ResponseOrKey) -> None:
        if isinstance(item, CachedResponse):
            item.request_raw_headers = ()
        self.data.pop(key, None)
        while len(self.data) >= ANSWERS:
            del self.data[next(iter(self.data))]
        await super().write(key, item)


class _ShortResponse(PatientResponse):
    """An answer of which no more is read than anybody looks at, also not by a cache."""

    async def read(self) -> bytes:
        if self._body is None:
            try:
                self._body = bytes(await beginning(self, ERROR_LIMIT))
            finally:
                self.close()
        return self._body
