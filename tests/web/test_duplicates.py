"""The button is pressed again: one photo is paid for once."""

from __future__ import annotations

import asyncio

import pytest

from photochanger_core.domain.errors import ProviderRefused

from .booth import CHANGED, PASSWORD_PART, PHOTO, captured, file, head, post, talk, text
from .running_site import Site

KEY = ["idempotency-key: press-1"]
OTHER = [PASSWORD_PART, file(PHOTO + b"another")]


@pytest.mark.parametrize("extra", [[], KEY], ids=["by photo", "by key"])
async def test_twenty_presses_at_once_are_one_call(site: Site, extra: list[str]) -> None:
    site.world.provider.seconds = 0.2
    presses = (post(site.port, captured(), extra=extra) for _ in range(20))
    replies = await asyncio.gather(*presses)

    [job_id] = {reply.headers["x-job-id"] for reply in replies}
    link = f"http://booth.test/public/results/{job_id}"
    answers = {(reply.status, reply.body, reply.headers["x-result-url"]) for reply in replies}
    assert answers == {(200, CHANGED, link)}
    assert len({reply.headers["x-result-expires-at"] for reply in replies}) == 1
    assert len(site.world.provider.calls) == 1
    assert site.world.media.handles == 0


async def test_a_picture_that_is_there_is_given_again_and_said_to_be(site: Site) -> None:
    first = await post(site.port, captured(), extra=KEY)
    again = await post(site.port, captured(), extra=KEY)

    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    for name in ("x-job-id", "x-result-url", "x-result-expires-at", "content-disposition"):
        assert again.headers[name] == first.headers[name]
    assert (again.status, again.body) == (200, CHANGED)
    assert len(site.world.provider.calls) == 1


async def test_a_key_belongs_to_one_photo(site: Site) -> None:
    await post(site.port, captured(), extra=KEY)
    reply = await post(site.port, OTHER, extra=KEY)

    assert (reply.status, reply.code) == (422, "idempotency_key_reused")
    assert len(site.world.provider.calls) == 1
    assert site.world.media.handles == 0


async def test_a_known_key_is_no_password(site: Site) -> None:
    await post(site.port, captured(), extra=KEY)

    parts = [text("password", b"wrong"), file()]
    assert (await post(site.port, parts, extra=KEY)).status == 401


@pytest.mark.parametrize(
    "keys, problem",
    [
        ([""], "empty"),
        (["x" * 256], "too_long"),
        (["ключ"], "malformed"),
        (["a\tb"], "malformed"),
        (["a", "a"], "repeated"),
    ],
    ids=["empty", "long", "cyrillic", "tab", "two"],
)
async def test_keys_that_are_none_are_refused_before_the_upload(
    site: Site, keys: list[str], problem: str
) -> None:
    lines = [f"idempotency-key: {key}" for key in keys]
    reply = await talk(site.port, head(1000, extra=[*lines, "expect: 100-continue"]))

    assert (reply.status, reply.code) == (400, "invalid_request")
    told = reply.json["error"]["details"]
    assert (told["field"], told["problem"]) == ("Idempotency-Key", problem)


async def test_the_longest_key_is_a_key(site: Site) -> None:
    extra = [f"idempotency-key: {'x' * 255}"]

    assert (await post(site.port, captured(), extra=extra)).status == 200


async def test_whoever_waits_along_is_told_of_the_same_failure(site: Site) -> None:
    site.world.provider.seconds = 0.2
    site.world.provider.error = ProviderRefused()
    replies = await asyncio.gather(*(post(site.port, captured()) for _ in range(5)))

    assert len({reply.json["error"]["details"]["job_id"] for reply in replies}) == 1
    assert {(reply.status, reply.json["failure_reason"]) for reply in replies} == {(502, "refused")}
    assert all(reply.json["error"]["details"]["expires_at"].endswith("Z") for reply in replies)
    assert len(site.world.provider.calls) == 1


async def test_a_failure_is_not_given_again(site: Site) -> None:
    site.world.provider.error = ProviderRefused()
    assert (await post(site.port, captured(), extra=KEY)).status == 502

    site.world.provider.error = None
    reply = await post(site.port, captured(), extra=KEY)
    assert (reply.status, reply.body) == (200, CHANGED)
    assert "idempotent-replayed" not in reply.headers
