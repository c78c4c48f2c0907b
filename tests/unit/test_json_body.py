"""Bodies of JSON that do not come."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import StreamReader
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from photochanger_core.domain.errors import UploadTimeout
from photochanger_web.json_body import BODY_SECONDS, read_json
from tests.memory_world import MemoryWorld


async def test_a_body_that_stalls_is_not_waited_for(world: MemoryWorld) -> None:
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.connection_made(asyncio.Transport())
    body = StreamReader(protocol, 2**16, loop=loop)
    body.feed_data(b"{")
    headers = {"Content-Type": "application/json"}
    request = make_mocked_request("PUT", "/api/settings", headers=headers, payload=body)

    began = loop.time()
    with pytest.raises(UploadTimeout) as caught:
        await read_json(request)

    assert loop.time() - began == BODY_SECONDS
    assert caught.value.details == {"field": "body", "problem": "json_body"}
