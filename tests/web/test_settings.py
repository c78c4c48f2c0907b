"""GET and PUT /api/settings."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from photochanger_adapters.memory.provider import ScriptedProvider
from photochanger_core.assembly import Ports
from photochanger_core.domain.account import Scope
from photochanger_web.locale import text

from .admin import admin, stranger
from .booth import PASSWORD, Reply, captured, file, post
from .booth import text as part
from .running_site import Site, site_over
from .world import World

SETTINGS = "/api/settings"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NOTHING = {"configured": False, "source": None, "updated_at": None}
BAD: dict[str, object] = {
    "sync_response_seconds": 9,
    "result_ttl_hours": 169,
    "max_in_flight_jobs": -1,
    "slot_max_in_flight": 10**30,
    "provider_concurrency": 1.5,
    "dedupe_seconds": "600",
    "request_rate": None,
    "request_burst": True,
    "hash_policy": "strictest",
    "gallery_limit": 0,
    "ingest_password": None,
    "ingest_password_hash": "x",
    "ingest_password_rotated_by": "me",
    "updated_at": None,
    "provider_keys.gemini": "",
    "colour": {"deep": []},
}


class Installation(World):
    """A world with both providers, and a key of one of them in the environment."""

    def ports(self, **changes: Any) -> Ports:
        providers = {"turbotext": ScriptedProvider(self.clock), "gemini": self.provider}
        environment = {"turbotext": "key-of-the-environment"}
        return super().ports(providers=providers, environment_keys=environment, **changes)


@pytest.fixture
async def site() -> Any:
    async with site_over(Installation()) as running:
        yield running


def refused(reply: Reply, *fields: str) -> None:
    assert (reply.status, reply.code) == (422, "validation_failed")
    assert {error["field"] for error in reply.json["error"]["details"]["errors"]} == set(fields)


async def takes(site: Site, password: str) -> bool:
    reply = await post(site.port, captured([part("password", password.encode()), file()]))
    return reply.status == 200


# Shown


async def test_everything_is_shown_but_secrets(site: Site) -> None:
    reply = await (await admin(site)).get(SETTINGS)

    assert reply.status == 200
    told = reply.json
    assert MOMENT.fullmatch(told.pop("ingest_password_rotated_at"))
    assert MOMENT.fullmatch(told.pop("updated_at"))
    assert told == {
        "sync_response_seconds": 48,
        "result_ttl_hours": 72,
        "max_in_flight_jobs": 12,
        "slot_max_in_flight": 4,
        "provider_concurrency": 8,
        "dedupe_seconds": 600,
        "request_rate": 300,
        "request_burst": 2000,
        "hash_policy": "warn",
        "gallery_limit": 10,
        "ingest_password_set": True,
        "ingest_password_rotated_by": "test",
        "provider_keys": {
            "gemini": NOTHING,
            "turbotext": {"configured": True, "source": "environment", "updated_at": None},
        },
        "version": 1,
        "updated_by": "test",
    }
    assert reply.headers["etag"] == '"1"'
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_key_that_cannot_be_read_is_told_with_what_to_do(site: Site, language: str) -> None:
    serg = await admin(site)
    await serg.put(SETTINGS, {"provider_keys": {"gemini": "AIza-1", "turbotext": "tt-1"}})
    site.world.seals._key_ids = ("key-2",)  # what they were encrypted with is lost

    told = (await serg.get(SETTINGS, accept_language=language)).json["provider_keys"]

    assert told["gemini"].keys() == {"configured", "source", "updated_at", "hint"}
    for key in told.values():
        assert (key["configured"], key["source"]) == (False, "database")
        assert key["hint"] == text(language, "provider_key.unreadable", {})


# Changed


async def test_what_is_changed_is_answered_with_and_the_rest_stays(site: Site) -> None:
    serg = await admin(site)
    before = (await serg.get(SETTINGS)).json

    reply = await serg.put(SETTINGS, {"sync_response_seconds": 30, "hash_policy": "strict"})

    assert reply.status == 200
    changed = {"sync_response_seconds": 30, "hash_policy": "strict", "version": 2}
    moment = {"updated_at": reply.json["updated_at"], "updated_by": "serg"}
    assert reply.json == {**before, **changed, **moment}
    assert reply.headers["etag"] == '"2"'
    assert (await serg.get(SETTINGS)).json == reply.json


async def test_a_new_password_takes_the_place_of_the_old_one_at_once(site: Site) -> None:
    serg = await admin(site)
    assert await takes(site, PASSWORD)

    reply = await serg.put(SETTINGS, {"ingest_password": "новый пароль"})

    assert not await takes(site, PASSWORD)
    assert await takes(site, "новый пароль")
    assert reply.json["ingest_password_rotated_by"] == "serg"
    assert "ingest_password" not in reply.json
    assert "пароль" not in json.dumps(reply.json, ensure_ascii=False)


async def test_keys_are_set_replaced_and_removed(site: Site) -> None:
    serg = await admin(site)

    both = await serg.put(SETTINGS, {"provider_keys": {"gemini": "AIza-1", "turbotext": "tt-1"}})
    assert {key["source"] for key in both.json["provider_keys"].values()} == {"database"}
    assert all(key["configured"] for key in both.json["provider_keys"].values())
    assert MOMENT.fullmatch(both.json["provider_keys"]["gemini"]["updated_at"])

    one = await serg.put(SETTINGS, {"provider_keys": {"turbotext": None}})
    assert one.json["provider_keys"] == {
        "gemini": both.json["provider_keys"]["gemini"],
        "turbotext": {"configured": True, "source": "environment", "updated_at": None},
    }
    none = await serg.put(SETTINGS, {"provider_keys": {"gemini": None}})
    assert none.json["provider_keys"]["gemini"] == NOTHING
    assert none.json["version"] == 4


async def test_changing_nothing_is_fine(site: Site) -> None:
    serg = await admin(site)
    before = (await serg.get(SETTINGS)).json

    nothing: list[dict[str, object]] = [
        {},
        {"provider_keys": {}},
        {"result_ttl_hours": 72, "version": 1},
    ]
    for body in nothing:
        reply = await serg.put(SETTINGS, body)
        assert (reply.status, reply.json) == (200, before)


# Refused


@pytest.mark.parametrize("name", BAD)
async def test_every_wrong_value_is_named(site: Site, name: str) -> None:
    field, _, provider = name.partition(".")
    wrong: dict[str, object] = {field: {provider: BAD[name]} if provider else BAD[name]}
    body: dict[str, object] = {"result_ttl_hours": 24, **wrong}

    refused(await (await admin(site)).put(SETTINGS, body), name)
    assert (await site.world.settings.read()).result_ttl_hours == 72


async def test_all_wrong_values_are_named_at_once_and_nothing_is_changed(site: Site) -> None:
    serg = await admin(site)
    before = (await serg.get(SETTINGS)).json

    reply = await serg.put(
        SETTINGS,
        {
            "sync_response_seconds": 30,
            "gallery_limit": 0,
            "colour": 1,
            "ingest_password": "",
            "provider_keys": {"gemini": "AIza-1", "turbotext": "two\nlines", "dalle": "x"},
        },
    )

    refused(
        reply,
        *("gallery_limit", "colour", "ingest_password"),
        *("provider_keys.turbotext", "provider_keys.dalle"),
    )
    assert (await serg.get(SETTINGS)).json == before
    assert await takes(site, PASSWORD)


@pytest.mark.parametrize("key", ["", " ", "ключ", "two words", "tab\t", "x" * 501, 5, ["x"], {}])
async def test_a_key_that_no_header_can_carry_is_refused(site: Site, key: object) -> None:
    reply = await (await admin(site)).put(SETTINGS, {"provider_keys": {"gemini": key}})

    refused(reply, "provider_keys.gemini")


@pytest.mark.parametrize("keys", [None, "AIza", ["gemini"], 5])
async def test_keys_that_are_no_object_are_refused(site: Site, keys: object) -> None:
    refused(await (await admin(site)).put(SETTINGS, {"provider_keys": keys}), "provider_keys")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"a":"\\u0000"}', b'{"a":NaN}', b"\xff", b'"x"']
)
async def test_what_is_no_object_is_refused(site: Site, body: bytes) -> None:
    reply = await (await admin(site)).ask("PUT", SETTINGS, body)

    assert (reply.status, reply.code) == (400, "invalid_request")


async def test_a_body_that_is_too_long_is_refused(site: Site) -> None:
    reply = await (await admin(site)).put(SETTINGS, {"ingest_password": "x" * 300_000})

    assert (reply.status, reply.code) == (413, "payload_too_large")


# Versions


@pytest.mark.parametrize("version", [0, 2, 2**31 - 1])
async def test_a_version_that_is_not_the_present_one_is_a_conflict(
    site: Site, version: int
) -> None:
    serg = await admin(site)
    for body, headers in [
        ({"result_ttl_hours": 24, "version": version}, {}),
        ({"result_ttl_hours": 24}, {"if_match": f'"{version}"'}),
        ({"result_ttl_hours": 24, "version": 1}, {"if_match": f'"{version}"'}),
        ({"result_ttl_hours": 24, "version": version}, {"if_match": '"1"'}),
    ]:
        reply = await serg.put(SETTINGS, body, **headers)
        assert (reply.status, reply.code) == (409, "version_conflict")
        assert reply.json["error"]["details"] == {"version": 1}
    assert (await site.world.settings.read()).result_ttl_hours == 72


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"7", "1"', "*"])
async def test_the_present_version_is_taken(site: Site, tag: str) -> None:
    serg = await admin(site)

    reply = await serg.put(SETTINGS, {"result_ttl_hours": 24, "version": 1}, if_match=tag)

    assert (reply.status, reply.json["version"]) == (200, 2)


@pytest.mark.parametrize("tag", ["1", '"', '""', '"1" x', '"1",', '"1" "1"', '"1", *'])
async def test_what_is_no_tag_is_refused(site: Site, tag: str) -> None:
    reply = await (await admin(site)).put(SETTINGS, {"result_ttl_hours": 24}, if_match=tag)

    assert (reply.status, reply.json["error"]["details"]["field"]) == (400, "If-Match")


@pytest.mark.parametrize("tag", ['"one"', '"²"'])
async def test_a_tag_of_nothing_of_ours_is_a_conflict(site: Site, tag: str) -> None:
    reply = await (await admin(site)).put(SETTINGS, {"result_ttl_hours": 24}, if_match=tag)

    assert reply.status == 409


@pytest.mark.parametrize("version", ["1", None, 1.5, True, -1, 2**31])
async def test_a_version_that_is_no_version_is_named(site: Site, version: object) -> None:
    reply = await (await admin(site)).put(SETTINGS, {"version": version})

    refused(reply, "version")


@pytest.mark.parametrize("hours", ["24.0", "2.4e1", "24"])
async def test_whole_numbers_are_whole_however_they_are_written(site: Site, hours: str) -> None:
    body = f'{{"result_ttl_hours": {hours}}}'.encode()
    reply = await (await admin(site)).put(SETTINGS, body)

    assert (reply.status, str(reply.json["result_ttl_hours"])) == (200, "24")


async def test_of_two_who_save_at_once_one_is_told_of_the_other(site: Site) -> None:
    serg, igor = await admin(site), await admin(site, name="igor")

    replies = await asyncio.gather(
        serg.put(SETTINGS, {"result_ttl_hours": 24, "gallery_limit": 1, "version": 1}),
        igor.put(SETTINGS, {"result_ttl_hours": 48, "gallery_limit": 2, "version": 1}),
    )

    saved, refused = sorted(replies, key=lambda reply: reply.status)
    assert (saved.status, refused.status) == (200, 409)
    assert refused.json["error"]["details"] == {"version": 2}
    settings = await site.world.settings.read()
    assert (settings.result_ttl_hours, settings.gallery_limit) in [(24, 1), (48, 2)]


# Who may


async def test_nobody_is_let_in_without_a_token(site: Site) -> None:
    nobody = stranger(site)
    for reply in (await nobody.get(SETTINGS), await nobody.put(SETTINGS, {})):
        assert (reply.status, reply.code) == (401, "unauthorized")


async def test_reading_and_writing_are_allowed_apart(site: Site) -> None:
    reader = await admin(site, [Scope.SETTINGS_READ], "reader")
    writer = await admin(site, [Scope.SETTINGS_WRITE], "writer")
    others = await admin(site, [Scope.SLOTS_WRITE, Scope.STATS_READ], "others")

    assert (await reader.get(SETTINGS)).status == 200
    assert (await writer.put(SETTINGS, {"result_ttl_hours": 24})).status == 200
    for reply in (
        await reader.put(SETTINGS, {"result_ttl_hours": 48}),
        await writer.get(SETTINGS),
        await others.get(SETTINGS),
        await others.put(SETTINGS, {"result_ttl_hours": 48}),
    ):
        assert (reply.status, reply.code) == (403, "forbidden")
    assert (await site.world.settings.read()).result_ttl_hours == 24
