"""How photos travel to Turbotext and pictures come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import aiohttp
from attrs import Factory, field, frozen

from photochanger_adapters.provider_http.download import Download
from photochanger_adapters.provider_http.exchange import ERROR_LIMIT, Call, Exchange
from photochanger_adapters.provider_http.key import ApiKey, FindsKey
from photochanger_adapters.provider_http.result_origins import ResultOrigins
from photochanger_adapters.settings_schema.ordered import settings_of_an_order
from photochanger_core.domain.errors import ProviderFailure, ProviderUnreachable
from photochanger_core.ports.provider import Answer, Operation, Order, ProviderPort

from .protocol import CONTENT_TYPE, KEY_HEADER, OVERVIEW, check_taken, errand, overview
from .run import Run
from .settings import SCHEMAS, TurbotextSettings

DEFAULT_BASE_URL: Final = "https://www.turbotext.ru"

PHOTO_LIMIT: Final = 20 * 1024 * 1024
"""Bytes of a photo: the service names no limit, and fetches photo and templates one by one."""

POLL_SECONDS: Final = 2.2
"""The service asks for 2 to 3 seconds between questions."""


def _nobody_counts() -> None:
    """Let a question go uncounted."""


@frozen(kw_only=True)
class TurbotextProvider(ProviderPort):
    """Changes pictures with Turbotext, which fetches them by links.

    Attributes:
        session: From `open_session`; stays the caller's.
        ping_session: From `open_ping_session`, which remembers answers; None: every ping is sent.
        api_key: Asked for each order, so that a new key counts at once. May raise CoreError.
        base_url: Where the service is: https, or this machine.
        result_origins: Where its pictures may lie beside that, as `host` or `host:port`.
        poll_seconds: Between questions.
        polled: Called before each question.
        download: How pictures are fetched.
    """

    session: aiohttp.ClientSession = field(repr=False)
    ping_session: aiohttp.ClientSession | None = field(default=None, repr=False)
    api_key: FindsKey = field(repr=False)
    base_url: str = DEFAULT_BASE_URL
    result_origins: Sequence[str] = ()
    poll_seconds: float = POLL_SECONDS
    polled: Callable[[], None] = _nobody_counts
    download: Download = Factory(Download)
    _origins: ResultOrigins = field(init=False, repr=False)

    @_origins.default
    def _checked_origins(self) -> ResultOrigins:
        return ResultOrigins(base_url=self.base_url, further=self.result_origins)

    @property
    def operations(self) -> Mapping[str, Operation]:
        return SCHEMAS.operations

    def check_settings(
        self, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> None:
        TurbotextSettings.of(operation, settings, templates=templates)

    def model(self, settings: Mapping[str, object]) -> str | None:
        return None

    def photo_limit(self, templates: Sequence[int] = ()) -> int:
        return PHOTO_LIMIT

    async def process(self, order: Order) -> Answer:
        loop = asyncio.get_running_loop()
        end = loop.time() + order.seconds_left
        run = await self._run(order)
        with run.exchange.key.kept_out(*order.links):
            queue_id = await run.start(seconds=end - loop.time())
            with _paid_for():
                async with asyncio.timeout_at(end):
                    done = await run.made(queue_id)
                    picture = await run.picture(done, seconds=end - loop.time())
        return Answer(
            picture=picture,
            quota_left=done.quota_left,
            follows_photo=run.errand.follows_photo,
            is_final=True,
        )

    async def ping(
        self, settings: Mapping[str, object], *, seconds: float, anew: bool = False
    ) -> None:
        key = await ApiKey.asked(self.api_key)
        call = Call(
            method="POST",
            url=self._origins.base_url + OVERVIEW,
            headers={KEY_HEADER: key.bearer(), "Content-Type": CONTENT_TYPE},
            form=overview(),
            limit=ERROR_LIMIT,
        )
        exchange = Exchange(session=self._ping_session(anew=anew), key=key)
        with key.kept_out():
            check_taken(await exchange(call, seconds=seconds))

    def _ping_session(self, *, anew: bool) -> aiohttp.ClientSession:
        return self.session if anew or self.ping_session is None else self.ping_session

    async def _run(self, order: Order) -> Run:
        with settings_of_an_order():
            wanted = errand(order)
        return Run(
            errand=wanted,
            exchange=Exchange(session=self.session, key=await ApiKey.asked(self.api_key)),
            origins=self._origins,
            download=self.download,
            pause_seconds=self.poll_seconds,
            polled=self.polled,
        )


@contextmanager
def _paid_for() -> Iterator[None]:
    """Let every failure be final: the photo is in the queue, and asking anew is paid for anew."""
    try:
        yield
    except ProviderFailure as failure:
        failure.is_final = True
        raise
    except TimeoutError as error:
        late = ProviderUnreachable("no picture when time was over", may_have_begun=True)
        late.is_final = True
        raise late from error
