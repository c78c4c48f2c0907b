"""How photos travel to Mirror and pictures come back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import aiohttp
from attrs import field, frozen

from photochanger_adapters.provider_http.body import PictureBody
from photochanger_adapters.provider_http.endpoint import check_base_url
from photochanger_adapters.provider_http.exchange import ERROR_LIMIT, Call, Exchange
from photochanger_adapters.provider_http.key import ApiKey, FindsKey
from photochanger_adapters.provider_http.upload import Upload
from photochanger_adapters.settings_schema.ordered import settings_of_an_order
from photochanger_core.ports.provider import Answer, Operation, Order, ProviderPort

from .protocol import KEY_HEADER, PHOTO_LIMIT, STATUS, answer, check_well, target
from .settings import SCHEMAS, MirrorSettings


@frozen(kw_only=True)
class MirrorProvider(ProviderPort):
    """Changes pictures with Mirror.

    Attributes:
        session: From `open_session`; stays the caller's.
        ping_session: From `open_ping_session`, which remembers answers; None: every ping is sent.
        api_key: Asked for each order, so that a new key counts at once.
        base_url: Where the service is: https, or this machine.
    """

    session: aiohttp.ClientSession = field(repr=False)
    ping_session: aiohttp.ClientSession | None = field(default=None, repr=False)
    api_key: FindsKey = field(repr=False)
    base_url: str = field(converter=check_base_url)

    @property
    def operations(self) -> Mapping[str, Operation]:
        return SCHEMAS.operations

    def check_settings(
        self, operation: str, settings: Mapping[str, object], *, templates: int = 0
    ) -> None:
        MirrorSettings.of(operation, settings, templates=templates)

    def model(self, settings: Mapping[str, object]) -> str | None:
        return None

    def photo_limit(self, templates: Sequence[int] = ()) -> int:
        return 0 if templates else PHOTO_LIMIT

    async def process(self, order: Order) -> Answer:
        with settings_of_an_order():
            wanted = target(order)
        key = await ApiKey.asked(self.api_key)
        call = Call(
            method="POST",
            url=self.base_url + wanted,
            headers={KEY_HEADER: key},
            upload=Upload(PictureBody(order.photo), content_type=order.photo.media_type),
        )
        exchange = Exchange(session=self.session, key=key)
        with key.kept_out():
            arrived = await exchange(call, seconds=order.seconds_left)
            return await asyncio.to_thread(answer, arrived)

    async def ping(
        self, settings: Mapping[str, object], *, seconds: float, anew: bool = False
    ) -> None:
        key = await ApiKey.asked(self.api_key)
        call = Call(
            method="GET", url=self.base_url + STATUS, headers={KEY_HEADER: key}, limit=ERROR_LIMIT
        )
        session = self.session if anew else self.ping_session or self.session
        exchange = Exchange(session=session, key=key)
        with key.kept_out():
            check_well(await exchange(call, seconds=seconds))
