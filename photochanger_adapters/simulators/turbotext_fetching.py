"""Fetching the pictures that an order names, as a stranger on the network does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

import aiohttp
from attrs import field, frozen
from yarl import URL

from photochanger_core.domain.picture import MediaType, sniff

from .seen_pictures import SeenPicture

FETCH_LIMIT: Final = 20 * 1024 * 1024
"""Bytes that a picture may have."""

FETCH_SECONDS: Final = 10.0
"""After which a picture must have come."""


@frozen(kw_only=True)
class FetchedPicture:
    """What came of fetching a picture.

    Attributes:
        field_name: The field of the form that named it.
        status: Of the answer; None: there was none.
        content_type: Of the answer.
        problem: Why it cannot be used; None: it can.
        picture: What came, if it can be used.
    """

    field_name: str
    url: str
    status: int | None = None
    content_type: str | None = None
    problem: str | None = None
    picture: SeenPicture | None = None


@frozen(kw_only=True)
class Fetched:
    """What came, usable or not, and what is remembered of it."""

    seen: FetchedPicture
    content: bytes = field(repr=False)


async def fetch_all(urls: Mapping[str, str]) -> list[Fetched]:
    """Return what came from *urls*, which are given by the names of their fields."""
    async with _open_session() as session:
        return await asyncio.gather(*(_fetch(session, *named) for named in urls.items()))


@asynccontextmanager
async def _open_session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS),
        auto_decompress=False,
    ) as session:
        yield session


async def _fetch(session: aiohttp.ClientSession, field_name: str, url: str) -> Fetched:
    try:
        if URL(url).scheme not in ("http", "https"):
            raise ValueError("neither http nor https")
        async with session.get(url, allow_redirects=False) as answer:
            return _judged(field_name, url, answer, await _beginning(answer))
    except (aiohttp.ClientError, OSError, ValueError) as error:  # an OSError: TimeoutError, too
        problem = f"{type(error).__name__}: {error}"
        seen = FetchedPicture(field_name=field_name, url=url, problem=problem)
        return Fetched(seen=seen, content=b"")


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    """Read until the end, or until it is too much."""
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > FETCH_LIMIT:
            break
    return bytes(body)


def _judged(field_name: str, url: str, answer: aiohttp.ClientResponse, content: bytes) -> Fetched:
    media_type = sniff(content)
    problem = _problem(answer, content, media_type)
    picture = None
    if media_type is not None and problem is None:
        picture = SeenPicture.of(content, media_type)
    seen = FetchedPicture(
        field_name=field_name,
        url=url,
        status=answer.status,
        content_type=answer.content_type,
        problem=problem,
        picture=picture,
    )
    return Fetched(seen=seen, content=content)


def _problem(
    answer: aiohttp.ClientResponse, content: bytes, media_type: MediaType | None
) -> str | None:
    if answer.status != HTTPStatus.OK:
        return f"status {answer.status}"
    if len(content) > FETCH_LIMIT:
        return f"more than {FETCH_LIMIT} bytes"
    if media_type is None:
        return "no picture"
    if answer.content_type != media_type:
        return f"{media_type} is labelled as {answer.content_type}"
    return None
