from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from photochanger_cli.booth import BoothPhoto
from tests.pictures import JPEG, picture

from .parts import PASSWORD, Service, eventually

SENDERS = 12
"""As many as there are places for jobs."""

BYTES_A_SECOND = 1024


async def send_slowly(service: Service, sent: list[int]) -> None:
    address = urlsplit(service.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    photo = BoothPhoto.of(picture(JPEG, size=(1000, 1000)), time=0, password=PASSWORD)
    head, body = photo.request(target="/ingest/slot-001", host="booth")
    try:
        writer.write(head)
        assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        for start in range(0, len(body), BYTES_A_SECOND):
            writer.write(body[start : start + BYTES_A_SECOND])
            await writer.drain()
            sent.append(start)
            await asyncio.sleep(1)  # how slowly it sends, not how long the test waits
    finally:
        writer.transport.abort()


async def test_slow_senders_hold_no_place(service: Service) -> None:
    sent: list[int] = []
    senders = [asyncio.create_task(send_slowly(service, sent)) for _ in range(SENDERS)]
    try:
        await eventually(lambda: len(sent) >= SENDERS, "everybody sends")
        answer = await service.send()
        assert answer.head.status == 200
        assert not any(sender.done() for sender in senders)
    finally:
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
    assert len(service.statuses()) == 1
