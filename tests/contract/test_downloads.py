"""What comes of fetching a picture from where somebody else says it lies."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import ssl
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from attrs import field, frozen

from photochanger_adapters.provider_http.download import Download, NotPublic, PublicDials
from photochanger_adapters.provider_http.exchange import ANSWER_LIMIT
from photochanger_adapters.provider_http.key import ApiKey
from photochanger_adapters.provider_http.result_origins import ResultOrigins, Source
from photochanger_core.domain.blob import Blob
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderFailure,
    ProviderServerError,
    ProviderUnreachable,
)
from photochanger_core.domain.picture import MediaType
from tests.orders import KEY, eventually, shown
from tests.pictures import picture
from tests.raw_server import RawServer, answering, http

JPEG, PNG, WEBP = (picture(kind) for kind in MediaType)


@frozen
class Names(AbstractResolver):
    """Knows where names lead; whoever asks is remembered."""

    addresses: tuple[str, ...]
    asked: list[str] = field(factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
            for address in self.addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def fetched(
    url: str, *, base_url: str, download: Download | None = None, seconds: float = 10
) -> Blob:
    origins = ResultOrigins(base_url=base_url, further=["cdn.example.org"])
    return await (download or Download())(
        origins.source(url),
        key=ApiKey(KEY),
        home_headers={"Authorization": ApiKey(KEY).bearer()},
        seconds=seconds,
    )


async def fetched_from(host: RawServer, *, seconds: float = 10) -> Blob:
    return await fetched(f"{host.url}/1.png", base_url=host.url, seconds=seconds)


# Pictures


@pytest.mark.parametrize(
    "content, kind",
    [(JPEG, MediaType.JPEG), (PNG, MediaType.PNG), (WEBP, MediaType.WEBP)],
)
async def test_a_picture_comes_as_what_its_bytes_are(content: bytes, kind: MediaType) -> None:
    async with answering(http(content, "Content-Type: text/html")) as host:
        blob = await fetched_from(host)

    assert blob.media_type is kind
    assert b"".join([chunk async for chunk in blob.chunks()]) == content


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a" + bytes(20), b"<html>", b"RIFF"])
async def test_anything_else_is_none_whatever_its_label(content: bytes) -> None:
    async with answering(http(content, "Content-Type: image/png")) as host:
        with pytest.raises(ProviderBadResponse, match="no JPEG, PNG or WebP"):
            await fetched_from(host)


async def test_only_plain_answers_are_asked_for_and_taken() -> None:
    async with answering(http(gzip.compress(PNG), "Content-Encoding: gzip")) as host:
        with pytest.raises(ProviderBadResponse, match="encoded"):
            await fetched_from(host)

    [head] = host.asked
    assert b"cookie" not in head.lower()
    assert b"Accept-Encoding: identity" in head


async def test_too_long_a_picture_is_refused_from_its_head() -> None:
    async with answering(http(PNG, f"Content-Length: {ANSWER_LIMIT + 1}")) as host:
        with pytest.raises(ProviderBadResponse, match="bytes"):
            await fetched_from(host)


async def test_and_from_what_comes_where_the_head_says_nothing() -> None:
    async with answering(http(PNG + bytes(ANSWER_LIMIT + 1 - len(PNG)))) as host:
        with pytest.raises(ProviderBadResponse, match=f"more than {ANSWER_LIMIT}"):
            await fetched_from(host)


async def test_the_longest_picture_allowed_comes_whole() -> None:
    async with answering(http(PNG + bytes(ANSWER_LIMIT - len(PNG)))) as host:
        assert (await fetched_from(host)).size == ANSWER_LIMIT


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_redirects_are_not_followed(status: str) -> None:
    async with answering(http(PNG)) as elsewhere:
        location = f"Location: {elsewhere.url}/1.png"
        async with answering(http(b"", location, "Content-Length: 0", status=status)) as host:
            with pytest.raises(ProviderBadResponse, match=status[:3]):
                await fetched_from(host)

    assert not elsewhere.asked


@pytest.mark.parametrize(
    "status, kind",
    [
        ("204 No Content", ProviderBadResponse),
        ("401 Unauthorized", ProviderBadResponse),
        ("404 Not Found", ProviderBadResponse),
        ("500 Broken", ProviderServerError),
        ("503 Later", ProviderServerError),
    ],
)
async def test_other_answers_are_failures(status: str, kind: type[ProviderFailure]) -> None:
    async with answering(http(PNG, status=status)) as host:
        with pytest.raises(ProviderFailure) as caught:
            await fetched_from(host)

    assert type(caught.value) is kind


async def test_half_a_picture_is_a_broken_connection() -> None:
    async with answering(http(PNG, f"Content-Length: {len(PNG) + 1}")) as host:
        with pytest.raises(ProviderUnreachable):
            await fetched_from(host)


async def test_time_is_bounded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # accepts, but never answers
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(ProviderUnreachable):
            await fetched(url, base_url=url, seconds=0.05)


async def test_cancellation_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    with socket.create_server(("127.0.0.1", 0)) as server:  # accepts, but never answers
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        call = asyncio.create_task(fetched(url, base_url=url))
        await asyncio.sleep(0.02)
        call.cancel()
        await asyncio.wait([call])

    assert call.cancelled()
    await eventually(lambda: asyncio.all_tasks() <= before)


# Where to


async def test_the_key_goes_to_the_service_itself() -> None:
    async with answering(http(PNG)) as host:
        await fetched_from(host)

    assert f"Authorization: Bearer {KEY}".encode() in host.asked[0]


async def test_and_to_no_other_host() -> None:
    async with answering(http(PNG)) as host:
        elsewhere = Source(url=f"{host.url}/1.png", is_home=False, loopback_port=host.port)
        await Download()(
            elsewhere, key=ApiKey(KEY), home_headers={"Authorization": KEY}, seconds=10
        )

    assert b"authorization" not in host.asked[0].lower()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "168.63.129.16"),
        *(
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fd00::1",
        ),
        *("fe80::1", "localhost", "2130706433", "0x7f.1"),
    ],
)
async def test_a_name_that_leads_inside_is_not_dialled(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    names = Names((address,))
    async with answering(http(PNG)) as host:
        origins = ResultOrigins(base_url=f"https://picture.example.org:{host.port}")
        source = origins.source(f"https://picture.example.org:{host.port}/1.png")
        with pytest.raises(ProviderBadResponse, match="leads inside") as caught:
            await Download(resolver=names)(source, key=ApiKey(KEY), home_headers={}, seconds=10)

    assert names.asked == ["picture.example.org"]
    assert not host.asked
    assert KEY not in shown(caught.value) + caplog.text


async def test_not_even_by_the_name_of_this_machine_where_the_service_is_elsewhere() -> None:
    async with answering(http(PNG)) as host:
        origins = ResultOrigins(base_url="https://www.example.org", further=[f"lo:{host.port}"])
        source = origins.source(f"https://lo:{host.port}/1.png")
        with pytest.raises(ProviderBadResponse, match=r"127\.0\.0\.1, ::1"):
            await Download(resolver=Names(("127.0.0.1", "::1")))(
                source, key=ApiKey(KEY), home_headers={}, seconds=10
            )

    assert not host.asked


async def test_each_address_of_a_name_is_judged_by_itself() -> None:
    async with answering(http(PNG)) as host:
        url = f"http://localhost:{host.port}"
        blob = await fetched(
            f"{url}/1.png",
            base_url=url,
            download=Download(resolver=Names(("10.0.0.1", "fd00::1", "127.0.0.1"))),
        )

    assert blob.media_type is MediaType.PNG


async def test_a_name_that_leads_nowhere_is_unreachable() -> None:
    with pytest.raises(ProviderUnreachable):
        await fetched("https://cdn.invalid/1.png", base_url="https://cdn.invalid")


async def test_certificates_are_checked(tmp_path: Path) -> None:
    (tmp_path / "self-signed.pem").write_text(SELF_SIGNED)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "self-signed.pem")
    async with answering(http(PNG), tls=tls) as host:
        url = host.url.replace("http://", "https://")
        with pytest.raises(ProviderUnreachable, match="CERTIFICATE_VERIFY_FAILED"):
            await fetched(f"{url}/1.png", base_url=url)

    assert not host.asked


async def test_a_proxy_dials_for_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with answering(http(PNG)) as host:
        await fetched_from(host)
    async with answering(http(PNG)) as proxy:
        await fetched(
            "http://127.0.0.1:9/1.png",
            base_url="http://127.0.0.1:9",
            download=Download(proxy_url=proxy.url),
        )

    assert host.asked[0].startswith(b"GET /1.png ")
    assert proxy.asked[0].startswith(b"GET http://127.0.0.1:9/1.png ")


async def test_and_the_rules_for_urls_hold_with_it() -> None:
    async with answering(http(PNG)) as proxy:
        for url in ("http://127.0.0.1:9/1.png", "https://169.254.169.254/1.png"):
            with pytest.raises(ProviderBadResponse):
                await fetched(
                    url,
                    base_url="https://www.example.org",
                    download=Download(proxy_url=proxy.url),
                )

    assert not proxy.asked


# Dials


def dial(address: str, port: int = 443) -> aiohttp.AddrInfoType:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_public_addresses_get_a_socket(address: str) -> None:
    dials = PublicDials()

    with dials(dial(address)) as made:
        assert made.family == dial(address)[0]
    assert not dials.refused


@pytest.mark.parametrize("address, port", [("127.0.0.1", 80), ("::1", 80), ("127.9.9.9", 80)])
def test_this_machine_does_on_the_one_port_allowed(address: str, port: int) -> None:
    PublicDials(loopback_port=port)(dial(address, port)).close()

    for dials in (PublicDials(), PublicDials(loopback_port=81)):
        with pytest.raises(NotPublic):
            dials(dial(address, port))
        assert dials.refused == [address]


@pytest.mark.parametrize("address", ["10.0.0.1", "0.0.0.1", "::ffff:10.0.0.1", "localhost"])
def test_others_inside_never_do(address: str) -> None:
    with pytest.raises(NotPublic, match=address):
        PublicDials(loopback_port=80)(dial(address, 80))


SELF_SIGNED: Final = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvlDZX8gpMlFNfiKN
nfCk6Zyg2FLqJ6EQQ61jTX+xaCqhRANCAAQROg/9xh43hlAOYpmV8KowQHy2n5ZR
Ot07iNRVuF08Sk6rFj6n27DDQzsi5ZhlMrlbBPMeL1RtX3g/Y7uF50Hi
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUNFqEnNzUVy6W7HmRHxDOlANfQq4wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTA1MjUxMloYDzIxMjYxMTA1
MDUyNTEyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQROg/9xh43hlAOYpmV8KowQHy2n5ZROt07iNRVuF08Sk6rFj6n27DD
Qzsi5ZhlMrlbBPMeL1RtX3g/Y7uF50Hio28wbTAdBgNVHQ4EFgQUG41rptejLsQA
wF7/0pXdgQslJ7kwHwYDVR0jBBgwFoAUG41rptejLsQAwF7/0pXdgQslJ7kwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgM5wHHNnxc7YfwyPuKmTMWdyML/IcaOjUhzeIr0xTTk4CIQCH
ncXhN++XQPE0z/Ka9LeLYf4hU1Aur23tnefunleZqg==
-----END CERTIFICATE-----
"""
"""A key that protects nothing, and its certificate for 127.0.0.1."""
