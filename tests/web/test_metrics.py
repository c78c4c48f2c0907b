"""Prometheus asks for what was counted, and somebody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest

from photochanger_web.config import WebConfig
from tests.counting import CountedWorld
from tests.scrapes import samples, total

from .booth import CHANGED, captured, get, post
from .running_site import Site, site_over

ANSWERS = "photochanger_ingest_answers_total"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with site_over(CountedWorld()) as running:
        yield running


async def test_a_photo_is_seen_on_the_page(site: Site) -> None:
    assert (await post(site.port, captured())).body == CHANGED
    assert (await post(site.port, captured(), path="/ingest/slot-099")).status == 404
    reply = await get(site.port, "/metrics")
    told = samples(reply.body.decode())

    assert reply.status == 200
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"
    assert total(told, ANSWERS, slot="slot-001", provider="gemini", outcome="done") == 1
    assert total(told, ANSWERS, slot="other", outcome="refused") == 1
    assert total(told, "photochanger_ingest_errors_total", reason="slot_not_found") == 1
    assert total(told, "photochanger_ingest_seconds_count", outcome="done") == 1
    assert total(told, "photochanger_component_up") == 2
    assert total(told, "photochanger_provider_up", provider="gemini") == 1


@pytest.mark.parametrize(
    "forwarded",
    [
        "X-Forwarded-For: 203.0.113.9",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-For: nobody",
        "X-Real-IP: 203.0.113.9",
        "Forwarded: for=203.0.113.9",
        "Via: 1.1 proxy",
    ],
)
async def test_a_proxy_that_nobody_has_told_us_of_lends_nobody_its_address(
    site: Site, forwarded: str
) -> None:
    reply = await get(site.port, "/metrics", extra=[forwarded])

    assert (reply.status, reply.code) == (403, "forbidden")


@pytest.mark.parametrize(
    "forwarded, status",
    [("10.0.0.7", 200), ("203.0.113.9", 403), ("10.0.0.7, 203.0.113.9", 403), ("", 403)],
)
async def test_a_trusted_proxy_says_who_asks(forwarded: str, status: int) -> None:
    config = WebConfig(
        trusted_proxies=(ip_network("127.0.0.1"),), metrics_allow=(ip_network("10.0.0.0/8"),)
    )
    async with site_over(CountedWorld(), config) as site:
        extra = [f"X-Forwarded-For: {forwarded}"]
        assert (await get(site.port, "/metrics", extra=extra)).status == status


async def test_others_than_those_named_see_nothing() -> None:
    config = WebConfig(metrics_allow=(ip_network("10.0.0.0/8"),))
    async with site_over(CountedWorld(), config) as site:
        assert (await get(site.port, "/metrics")).status == 403
