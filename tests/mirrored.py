"""Orders for Mirror, the provider that exists in tests only."""

from __future__ import annotations

from typing import Any

import aiohttp
from attrs import evolve

from photochanger_core.domain.blob import Blob
from photochanger_core.ports.provider import Order
from tests.orders import keyed, order
from tests.third_driver.driver import MirrorProvider


def mirror(session: aiohttp.ClientSession, url: str, **more: Any) -> MirrorProvider:
    return MirrorProvider(session=session, base_url=url, **{"api_key": keyed(), **more})


def mirror_order(photo: Blob | None = None, *templates: Blob, seconds: float = 10) -> Order:
    wanted = order(photo, *templates, seconds=seconds)
    return evolve(wanted, settings={"prompt": "Studio portrait"})
