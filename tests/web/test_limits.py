"""Nobody asks too fast, and whoever does is told so before anything is done."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from ipaddress import ip_network

import pytest

from photochanger_web.config import WebConfig

from .booth import Reply, captured, get, head, line_to, post, talk
from .running_site import Site, site_over
from .world import World

JOB = "/api/jobs/x"
PUBLIC = (
    JOB,
    "/public/results/x",
    "/public/results/x/preview",
    "/public/slots/slot-001",
    "/public/provider-media/x",
)
OTHER = "127.0.0.2"
BEHIND_A_PROXY = WebConfig(trusted_proxies=(ip_network("127.0.0.0/31"),))


async def refused(ask: Callable[[], Awaitable[Reply]]) -> Reply:
    """Ask until that is too often."""
    for _ in range(50):
        reply = await ask()
        if reply.status == 429:
            return reply
    raise AssertionError("nobody minds")


async def slow_down(site: Site) -> None:
    await site.world.set(request_rate=1, request_burst=1)


def forwarded_for(address: str) -> list[str]:
    return [f"x-forwarded-for: {address}"]


@pytest.mark.parametrize("path", PUBLIC)
async def test_public_pages_are_limited_by_address(site: Site, path: str) -> None:
    await slow_down(site)
    reply = await refused(lambda: get(site.port, path))

    assert reply.code == "rate_limited"
    assert reply.headers["retry-after"] == "1"
    assert (await get(site.port, path, address=OTHER)).status in (200, 404)


async def test_public_pages_are_counted_together(site: Site) -> None:
    await slow_down(site)
    paths = itertools.cycle(PUBLIC)

    assert (await refused(lambda: get(site.port, next(paths)))).code == "rate_limited"


@pytest.mark.parametrize("path", ["/livez", "/healthz"])
async def test_health_is_told_to_anybody_at_any_time(site: Site, path: str) -> None:
    await slow_down(site)
    await refused(lambda: get(site.port, JOB))

    assert {(await get(site.port, path)).status for _ in range(10)} == {200}


async def test_photos_are_counted_apart(site: Site) -> None:
    await slow_down(site)
    await refused(lambda: get(site.port, JOB))

    assert (await post(site.port, captured())).status == 200


async def test_photos_are_limited_by_address_before_they_are_sent(site: Site) -> None:
    await slow_down(site)
    expecting = head(10_000, extra=["expect: 100-continue"])

    async def ask() -> Reply:
        async with line_to(site.port) as line:
            await line.send(expecting)
            first = await line.read(12)
        return Reply(int(first.split()[1]), {}, b"")

    await refused(ask)
    reply = await refused(lambda: talk(site.port, head(10_000)))
    assert reply.code == "rate_limited"
    assert int(reply.headers["retry-after"]) >= 1
    assert (await post(site.port, captured(), address=OTHER)).status == 200


async def test_who_is_no_proxy_cannot_claim_other_addresses(site: Site) -> None:
    await slow_down(site)
    addresses = (f"203.0.113.{number}" for number in itertools.count(1))

    reply = await refused(lambda: get(site.port, JOB, extra=forwarded_for(next(addresses))))
    assert reply.code == "rate_limited"


async def test_behind_a_proxy_guests_are_told_apart() -> None:
    async with site_over(World(), BEHIND_A_PROXY) as site:
        await slow_down(site)
        await refused(lambda: get(site.port, JOB, extra=forwarded_for("203.0.113.1")))

        other = await get(site.port, JOB, extra=forwarded_for("203.0.113.2"))
        assert other.status == 404


async def test_behind_a_proxy_guests_cannot_claim_other_addresses() -> None:
    async with site_over(World(), BEHIND_A_PROXY) as site:
        await slow_down(site)
        claims = (f"192.0.2.{number}, 203.0.113.1" for number in itertools.count(1))

        await refused(lambda: get(site.port, JOB, extra=forwarded_for(next(claims))))
