"""A provider fetches what is lent to it, from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from photochanger_adapters.memory.provider import Step
from photochanger_core.assembly import UseCases
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.ports.provider import Operation

from .booth import PHOTO, Reply, captured, get, post
from .running_site import Site, site_over
from .world import World

WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 a guest"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site whose provider fetches pictures by links, and takes its time afterwards."""
    world = World()
    world.provider.operations = {"image_edit": Operation(schema={}, requires_public_media=True)}
    world.provider.script.append(Step(3600))
    async with site_over(world) as running:
        yield running


async def lent(site: Site) -> str:
    """Send a photo and return the path at which the provider would fetch it."""
    sending = asyncio.create_task(post(site.port, captured()))
    while not site.world.provider.calls:
        await asyncio.sleep(0.01)
    sending.cancel()
    [link] = site.world.provider.calls[0].order.links
    return "/public/provider-media/" + link.rsplit("/", 1)[1]


async def test_the_photo_is_handed_out_as_what_it_is(site: Site) -> None:
    reply = await get(site.port, await lent(site))

    assert (reply.status, reply.body) == (200, PHOTO)
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["content-length"] == str(len(PHOTO))
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"].startswith("sandbox")


async def test_a_head_has_no_body(site: Site) -> None:
    reply = await get(site.port, await lent(site), verb="HEAD")

    assert (reply.status, reply.headers["content-length"]) == (200, str(len(PHOTO)))


async def test_it_is_gone_when_the_job_is_over(site: Site) -> None:
    path = await lent(site)
    await site.world.runs.close()

    gone(await get(site.port, path))


async def test_it_is_gone_when_its_time_is_over(site: Site) -> None:
    path = await lent(site)
    [media] = site.world.media_rows.media.values()
    assert media.expires_at is not None
    site.world.clock.stepped = media.expires_at - site.world.clock.now() + timedelta(seconds=1)

    gone(await get(site.port, path))


def gone(reply: Reply) -> None:
    assert (reply.status, reply.code) == (410, "media_expired")
    assert reply.json["failure_reason"] == "media_expired"


@pytest.mark.parametrize(
    "name", ["0" * 32, "x", "F" * 32, "%2e%2e%2f" * 5, "..%2f..%2fetc%2fpasswd", "0" * 31 + "%00"]
)
async def test_nothing_else_is_handed_out(site: Site, name: str) -> None:
    reply = await get(site.port, f"/public/provider-media/{name}")

    assert (reply.status, reply.code) == (404, "not_found")


async def test_a_disk_that_is_away_says_so(site: Site) -> None:
    path = await lent(site)
    site.world.media.failing = StorageUnavailable("away")

    assert (await get(site.port, path)).code == "storage_unavailable"


@pytest.mark.parametrize(
    "language, words", [("en", "public address is not configured"), ("ru", "внешний адрес")]
)
async def test_without_a_public_address_the_booth_is_told_clearly(
    language: str, words: str
) -> None:
    world = World()
    world.provider.operations = {"image_edit": Operation(schema={}, requires_public_media=True)}
    world.use = UseCases.over(world.ports(provider_link=None))
    async with site_over(world) as site:
        reply = await post(site.port, captured(), extra=[f"accept-language: {language}"])

    assert (reply.status, reply.code) == (502, "provider_error")
    assert reply.json["failure_reason"] == "misconfigured"
    assert words in reply.json["error"]["message"]
    assert reply.json["error"]["details"]["problem"] == "no_public_address"
