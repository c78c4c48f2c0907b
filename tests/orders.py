"""Orders for providers, and the way to a stand-in."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterable
from typing import Any, Final

import aiohttp

from photochanger_adapters.gemini.driver import GeminiProvider
from photochanger_adapters.provider_http.key import FindsKey
from photochanger_core.domain.blob import Blob, BytesBlob
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Answer, Order
from tests.pictures import picture

KEY: Final = "AIzaSy-very-secret-0123456789"
PHOTO: Final = picture(MediaType.JPEG, size=(300, 200))
PATIENCE: Final = 20
"""Seconds until a test gives up waiting."""


def order(photo: Blob | None = None, *templates: Blob, seconds: float = 10, **more: Any) -> Order:
    return Order(
        operation="image_edit",
        settings={"prompt": "Studio portrait", "safety": "standard", **more},
        photo=photo or BytesBlob(PHOTO, MediaType.JPEG),
        templates=templates,
        seconds_left=seconds,
    )


def keyed(key: str | None = KEY) -> FindsKey:
    """Return what finds *key*."""

    async def find() -> str | None:
        return key

    return find


def gemini(session: aiohttp.ClientSession, url: str, **more: Any) -> GeminiProvider:
    return GeminiProvider(session=session, api_key=keyed(), base_url=url, **more)


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for something to come true that another party brings about."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


async def content_of(answer: Answer) -> bytes:
    return b"".join([chunk async for chunk in answer.picture.chunks()])


def shown(error: BaseException | None) -> str:
    """Return everything that *error* and what led to it could show in a log.

    Locals of all functions but the test itself included: some loggers show them.
    """
    text = ""
    while error is not None:
        text += f"{error!s} {error!r} {error.args!r} {vars(error)!r}"
        text += "".join(_with_locals(error))
        error = error.__cause__ or error.__context__
    return text


def _with_locals(error: BaseException) -> Iterable[str]:
    frames = error.__traceback__.tb_next if error.__traceback__ else None
    return traceback.TracebackException(type(error), error, frames, capture_locals=True).format()
