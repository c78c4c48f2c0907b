"""How requests travel to Gemini and answers come back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import aiohttp
from attrs import field, frozen

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_adapters.provider_http.endpoint import check_base_url
from photochanger_adapters.provider_http.exchange import ERROR_LIMIT, Call, Exchange
from photochanger_adapters.provider_http.key import ApiKey, FindsKey
from photochanger_adapters.provider_http.upload import Upload
from photochanger_adapters.settings_schema.ordered import settings_of_an_order
from photochanger_core.domain.blob import BytesBlob
from photochanger_core.ports.provider import Answer, Operation, Order, ProviderPort

from .protocol import (
    BODY_LIMIT,
    CONTENT_TYPE,
    KEY_HEADER,
    Request,
    answer,
    check_found,
    look_up,
    photo_limit,
    request,
)
from .settings import OPERATION, SCHEMAS, GeminiSettings

DEFAULT_BASE_URL: Final = "https://generativelanguage.googleapis.com"


@frozen(kw_only=True)
class GeminiProvider(ProviderPort):
    """Changes pictures with the Gemini Developer API.

    Attributes:
        session: From `open_session`; stays the caller's.
        ping_session: From `open_ping_session`, which remembers answers; None: every ping is sent.
        api_key: Asked for each order, so that a new key counts at once. May raise CoreError.
        base_url: Where the service is: https, or this machine.
        body_limit: Bytes a request's body has at most.
    """

    session: aiohttp.ClientSession = field(repr=False)
    ping_session: aiohttp.ClientSession | None = field(default=None, repr=False)
    api_key: FindsKey = field(repr=False)
    base_url: str = field(default=DEFAULT_BASE_URL, converter=check_base_url)
    body_limit: int = BODY_LIMIT

    @property
    def operations(self) -> Mapping[str, Operation]:
        return SCHEMAS.operations

    def check_settings(
        self, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> None:
        GeminiSettings.of(operation, settings, templates=templates)

    def model(self, settings: Mapping[str, object]) -> str | None:
        return str(SCHEMAS.with_defaults(OPERATION, settings)["model"])

    def photo_limit(self, templates: Sequence[int] = ()) -> int:
        return photo_limit(self.body_limit, templates)

    async def process(self, order: Order) -> Answer:
        wanted = self._request(order)
        key = await ApiKey.asked(self.api_key)
        call = Call(
            method="POST",
            url=self.base_url + wanted.path,
            headers={KEY_HEADER: key},
            upload=Upload(wanted.body, content_type=CONTENT_TYPE),
        )
        exchange = Exchange(session=self.session, key=key)
        with key.kept_out():
            arrived = await exchange(call, seconds=order.seconds_left)
            return await asyncio.to_thread(_understood, arrived, wanted, key)

    async def ping(
        self, settings: Mapping[str, object], *, seconds: float, anew: bool = False
    ) -> None:
        with settings_of_an_order():
            path = look_up(settings)
        key = await ApiKey.asked(self.api_key)
        call = Call(
            method="GET", url=self.base_url + path, headers={KEY_HEADER: key}, limit=ERROR_LIMIT
        )
        exchange = Exchange(session=self._ping_session(anew=anew), key=key)
        with key.kept_out():
            check_found(await exchange(call, seconds=seconds))

    def _ping_session(self, *, anew: bool) -> aiohttp.ClientSession:
        return self.session if anew or self.ping_session is None else self.ping_session

    def _request(self, order: Order) -> Request:
        with settings_of_an_order():
            return request(order, limit=self.body_limit)


def _understood(arrived: Arrived, wanted: Request, key: ApiKey) -> Answer:
    """Read the answer. Decoding and hashing megabytes belong in a thread."""
    reply = answer(arrived)
    return Answer(
        picture=BytesBlob(reply.picture, reply.media_type),
        model=None if reply.model is None or key.is_spelled_in(reply.model) else reply.model,
        usage=reply.usage,
        follows_photo=wanted.follows_photo,
    )
