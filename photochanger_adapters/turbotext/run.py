"""One photo's way through the queue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final, TypeVar

from attrs import frozen

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.body import ShortBody
from photochanger_adapters.provider_http.download import Download
from photochanger_adapters.provider_http.exchange import Call, Exchange
from photochanger_adapters.provider_http.result_origins import ResultOrigins
from photochanger_adapters.provider_http.upload import Upload
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import (
    ProviderFailure,
    ProviderQuota,
    ProviderServerError,
    ProviderUnreachable,
)

from .protocol import CONTENT_TYPE, KEY_HEADER, Errand, Made, made, queued

ANSWER_LIMIT: Final = 256 * 1024
"""Bytes that an answer of the queue may have; an honest one has some hundreds."""

ASK_SECONDS: Final = 10.0
"""After which a question is let go of, to be asked again."""

ASK_TRIES: Final = 6
"""Questions in a row that may get no answer: what is asked for has been paid for."""

DOWNLOAD_TRIES: Final = 3

DOWNLOAD_SECONDS: Final = 15.0
"""After which a download is let go of, to be tried again."""

_ON_THE_WAY: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
"""What gateways say who have heard nothing, or nothing sensible, from the service itself."""

_PASSING: Final = (ProviderUnreachable, ProviderServerError, ProviderQuota)

T = TypeVar("T")


@frozen(kw_only=True)
class Run:
    """Takes one photo through the queue. Only `start` costs money: it is for calling once.

    Attributes:
        origins: Of the service, and from where pictures may come.
        pause_seconds: Between questions, and between tries.
        polled: Called before each question.
    """

    errand: Errand
    exchange: Exchange
    origins: ResultOrigins
    download: Download
    pause_seconds: float
    polled: Callable[[], None]

    async def start(self, *, seconds: float) -> str:
        """Have the photo taken in, and return its number in the queue.

        Raises:
            ProviderFailure: If it was not, as far as anybody can tell. It is final if somebody on
                the way answers: then nobody can tell.
        """
        arrived = await self._post(self.errand.create(), seconds=seconds)
        try:
            return queued(arrived)
        except ProviderFailure as failure:
            failure.is_final = arrived.status in _ON_THE_WAY
            raise

    async def made(self, queue_id: str) -> Made:
        """Ask until the picture is made.

        Raises:
            ProviderFailure: If it will not be, or if nobody can be asked any more.
        """
        done = None
        while done is None:
            await asyncio.sleep(self.pause_seconds)
            done = await self._patiently(lambda: self._asked(queue_id), tries=ASK_TRIES)
        return done

    async def picture(self, done: Made, *, seconds: float) -> Blob:
        """Fetch the picture.

        Raises:
            ProviderFailure: If there is none to be had.
        """
        source = self.origins.source(done.url)
        ends = asyncio.get_running_loop().time() + seconds
        return await self._patiently(
            lambda: self.download(
                source,
                key=self.exchange.key,
                home_headers={KEY_HEADER: self.exchange.key.bearer()},
                seconds=min(DOWNLOAD_SECONDS, ends - asyncio.get_running_loop().time()),
            ),
            tries=DOWNLOAD_TRIES,
        )

    async def _asked(self, queue_id: str) -> Made | None:
        self.polled()
        arrived = await self._post(self.errand.ask(queue_id), seconds=ASK_SECONDS)
        return made(arrived, self.origins.base_url)

    async def _patiently(self, trying: Callable[[], Awaitable[T]], *, tries: int) -> T:
        """Try, and try again if what went wrong may be over the next moment."""
        for _ in range(tries - 1):
            try:
                return await trying()
            except _PASSING:
                await asyncio.sleep(self.pause_seconds)
        return await trying()

    async def _post(self, form: bytes, *, seconds: float) -> Arrived:
        call = Call(
            method="POST",
            url=self.origins.base_url + self.errand.path,
            headers={KEY_HEADER: self.exchange.key.bearer()},
            upload=Upload(ShortBody(form), content_type=CONTENT_TYPE),
            limit=ANSWER_LIMIT,
        )
        return await self.exchange(call, seconds=seconds)
