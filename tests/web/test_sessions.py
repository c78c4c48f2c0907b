"""Who has logged in with a browser, for how long, and what others cannot make that browser do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_network
from typing import Final

import pytest

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.errors import QueueUnavailable
from photochanger_core.domain.login import SESSION_IDLE, TOKEN_LIFE
from photochanger_web.config import WebConfig
from photochanger_web.pages.routes import PAGES, PARTS
from tests.logins import PASSWORD, give_account

from .booth import Reply, get, line_to
from .running_site import Site, site_over
from .visitor import HOST, OWN, Visitor, visitor
from .world import World

SLOT: Final = "/api/slots/slot-001"
JSON: Final = "application/json"
SECURE: Final = "x-forwarded-proto: https"
CHANGE: Final = json.dumps({"display_name": "Renamed"}).encode()
SECOND: Final = timedelta(seconds=1)
NAMES: Final = {"slot_id": "slot-001", "name": "gemini", "job_id": "a-job"}
"""What stands in paths."""


@pytest.fixture
async def site(site: Site) -> Site:
    await give_account(site.world, "serg", scopes=list(Scope))
    await give_account(site.world, "igor", scopes=["stats:read"])
    return site


async def change(who: Visitor, *extra: str) -> Reply:
    return await who.ask("PUT", SLOT, CHANGE, kind=JSON, extra=extra)


def is_sent_to_log_in(reply: Reply) -> bool:
    return reply.status == 303 and reply.headers["location"].startswith("/login")


async def test_whoever_logs_in_gets_a_cookie_that_no_script_and_no_other_site_gets(
    site: Site,
) -> None:
    who = visitor(site)
    reply = await who.log_in()

    assert (reply.status, reply.headers["location"]) == (303, "/slots")
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("photochanger=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; ")[1:])
    assert "Secure" not in cookie
    assert "Max-Age" not in cookie  # it ends with the browser
    assert "token-1" not in cookie
    assert (await who.get("/slots")).status == 200


async def test_over_tls_the_cookie_is_for_this_host_and_tls_only() -> None:
    config = WebConfig(trusted_proxies=(ip_network("127.0.0.1"),))
    async with site_over(World(), config) as site:
        await give_account(site.world, "serg")
        who = visitor(site, SECURE)
        cookie = (await who.log_in()).headers["set-cookie"]
        page = (await who.get("/slots")).body.decode()
        plain = await Visitor(site.port, cookies=who.cookies).get("/slots")

    assert cookie.startswith("__Host-photochanger=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Secure"} == set(cookie.split("; ")[1:])
    assert "https://photos.test/ingest/slot-001" in page
    assert 'class="notice"' not in page
    assert is_sent_to_log_in(plain)


async def test_of_tls_only_a_trusted_proxy_is_believed(site: Site) -> None:
    who = visitor(site, SECURE)

    assert (await who.log_in()).headers["set-cookie"].startswith("photochanger=")
    assert 'class="notice"' in (await who.get("/slots")).body.decode()


async def test_the_session_is_good_for_the_api(site: Site, serg: Visitor) -> None:
    assert (await serg.get("/api/slots")).status == 200
    key = await serg.form_key()
    assert (await change(serg, f"x-csrf-token: {key}", *OWN)).status == 200
    assert (await serg.get(SLOT)).json["display_name"] == "Renamed"
    assert (await serg.get(SLOT)).json["updated_by"] == "serg"


async def test_the_session_is_good_for_following_changes(serg: Visitor) -> None:
    async with line_to(serg.port) as line:
        head = f"GET /api/events HTTP/1.1\r\nhost: {HOST}\r\ncookie: {serg.cookie}\r\n\r\n"
        await line.send(head.encode())
        assert (await line.read(15)).endswith(b"200 OK")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [*OWN],
        ["x-csrf-token: {key}"],
        ["x-csrf-token: {key}x", *OWN],
        ["x-csrf-token: ", *OWN],
        ["x-csrf-token: \xff\xfe", *OWN],
        ["x-csrf-token: {key}", "sec-fetch-site: cross-site", f"origin: http://{HOST}"],
        ["x-csrf-token: {key}", "sec-fetch-site: same-site"],
        ["x-csrf-token: {key}", "sec-fetch-site: none"],
        ["x-csrf-token: {key}", "origin: http://evil.test"],
        ["x-csrf-token: {key}", f"origin: https://{HOST}"],
        ["x-csrf-token: {key}", f"origin: http://{HOST}:81"],
        ["x-csrf-token: {key}", "origin: null"],
    ],
)
async def test_no_other_page_can_change_anything(
    site: Site, serg: Visitor, headers: Sequence[str]
) -> None:
    key = await serg.form_key()
    reply = await change(serg, *(one.format(key=key) for one in headers))

    assert (reply.status, reply.code) == (403, "forbidden")
    assert reply.json["error"]["details"] == {"problem": "foreign_request"}
    assert (await serg.get(SLOT)).json["display_name"] != "Renamed"


async def test_a_page_may_say_where_it_is_from_by_its_origin_only(
    site: Site, serg: Visitor
) -> None:
    key = f"x-csrf-token: {await serg.form_key()}"

    assert (await change(serg, key, f"origin: http://{HOST}")).status == 200


async def test_the_public_address_is_an_origin_of_ours() -> None:
    async with site_over(World(), WebConfig(public_base_url="https://photos.example/x")) as site:
        await give_account(site.world, "serg", scopes=list(Scope))
        who = visitor(site)
        await who.log_in()
        key = f"x-csrf-token: {await who.form_key()}"

        assert (await change(who, key, "origin: https://photos.example")).status == 200


async def test_the_key_of_another_session_is_of_no_use(site: Site, serg: Visitor) -> None:
    other = visitor(site)
    await other.log_in()
    reply = await change(serg, f"x-csrf-token: {await other.form_key()}", *OWN)

    assert reply.status == 403


async def test_whoever_shows_a_token_needs_no_key_and_no_cookie_helps(
    site: Site, serg: Visitor
) -> None:
    assert (await change(serg, "authorization: Bearer token-1")).status == 200
    assert (await change(serg, "authorization: Bearer x", *OWN)).status == 401
    assert (await serg.get("/api/slots", extra=["authorization: Basic x"])).status == 401


async def test_another_site_cannot_log_anybody_in(site: Site) -> None:
    fields = {"username": "serg", "password": PASSWORD}
    for extra in ([], ["sec-fetch-site: cross-site"], ["origin: http://evil.test"]):
        reply = await visitor(site).submit("/login", fields, extra=extra)
        assert reply.status == 403
        assert "set-cookie" not in reply.headers


async def test_logging_out_ends_the_session_everywhere(site: Site, serg: Visitor) -> None:
    copied = Visitor(site.port, cookies=dict(serg.cookies))
    reply = await serg.log_out()

    assert (reply.status, reply.headers["location"]) == (303, "/login")
    assert serg.cookies == {}
    assert is_sent_to_log_in(await copied.get("/slots"))
    assert (await copied.get("/api/slots")).status == 401
    assert site.world.audit.entries[-1].action == "logged_out"


async def test_logging_out_everywhere_ends_all_sessions_and_tokens(
    site: Site, serg: Visitor
) -> None:
    other, igor = visitor(site), visitor(site)
    await other.log_in()
    await igor.log_in("igor")
    token = (await site.use_cases.log_in("serg", PASSWORD, address="192.0.2.1")).token
    fields = {"csrf_token": await serg.form_key(), "everywhere": "yes"}
    reply = await serg.submit("/logout", fields)

    assert (reply.status, reply.headers["location"]) == (303, "/login?done=everywhere")
    assert serg.cookies == {}
    assert is_sent_to_log_in(await other.get("/slots"))
    bearer = [f"authorization: Bearer {token}"]
    assert (await visitor(site).get("/api/slots", extra=bearer)).status == 401
    assert (await igor.get("/api/slots")).status == 403  # still in
    assert (
        "Вы вышли на всех устройствах" in (await serg.get("/login?done=everywhere")).body.decode()
    )
    await serg.log_in()
    assert (await serg.get("/slots")).status == 200


async def test_logging_out_needs_the_key_of_the_page(serg: Visitor) -> None:
    assert (await serg.submit("/logout", {})).status == 403
    assert (await serg.submit("/logout", {"csrf_token": "x"})).status == 403
    key = await serg.form_key()
    assert (await serg.submit("/logout", {"csrf_token": key}, extra=())).status == 403
    assert (await serg.get("/slots")).status == 200


async def test_a_change_of_the_password_ends_the_session(site: Site, serg: Visitor) -> None:
    site.world.clock.stepped += SECOND
    await site.use_cases.set_account_password("serg", "another horse", by=Actor(name="test"))

    assert is_sent_to_log_in(await serg.get("/slots"))


async def test_a_session_in_which_nothing_happens_ends(site: Site, serg: Visitor) -> None:
    site.world.clock.stepped += SESSION_IDLE - timedelta(seconds=30)
    old = Visitor(site.port, cookies=dict(serg.cookies))
    assert (await serg.get("/slots")).status == 200  # and begins to be idle anew
    site.world.clock.stepped += timedelta(seconds=30)

    assert is_sent_to_log_in(await old.get("/slots"))
    assert (await old.get("/api/slots")).status == 401
    assert (await serg.get("/slots")).status == 200


async def test_what_pages_read_by_themselves_keeps_no_session(site: Site, serg: Visitor) -> None:
    for _ in range(3):
        site.world.clock.stepped += SESSION_IDLE / 3
        assert (await serg.get("/static/pages.css")).status == 200
        assert "set-cookie" not in (await serg.get("/api/slots")).headers

    assert (await serg.get("/api/slots")).status == 401


async def test_pages_ask_how_long_the_session_lasts(site: Site, serg: Visitor) -> None:
    site.world.clock.stepped += timedelta(minutes=20)
    told = await serg.get("/parts/session")

    assert told.json == {
        "seconds_left": 2399,
        "may_last": True,
        "csrf_token": await serg.form_key(),
    }
    assert "set-cookie" not in told.headers
    assert told.headers["cache-control"] == "no-store"


async def test_whoever_says_to_be_there_keeps_the_session(site: Site, serg: Visitor) -> None:
    key = await serg.form_key()
    site.world.clock.stepped += SESSION_IDLE - SECOND * 30
    told = await serg.ask("POST", "/parts/session", extra=[f"x-csrf-token: {key}", *OWN])
    assert (told.status, told.json["seconds_left"]) == (200, 3600)
    assert (await serg.ask("POST", "/parts/session", extra=OWN)).status == 403
    site.world.clock.stepped += SECOND * 60

    assert (await serg.get("/parts/session")).json["seconds_left"] in (3539, 3540)


async def test_nobody_keeps_a_session_beyond_its_token(site: Site, serg: Visitor) -> None:
    while (told := (await serg.get("/parts/session")).json)["may_last"]:
        site.world.clock.stepped += SESSION_IDLE / 2
        await serg.get("/slots")

    assert 0 < told["seconds_left"] <= 3600


async def test_a_token_of_a_program_is_no_session(site: Site) -> None:
    token = (await site.use_cases.log_in("serg", PASSWORD, address="192.0.2.1")).token
    bearer = [f"authorization: Bearer {token}"]

    assert (await visitor(site).get("/parts/session", extra=bearer)).status == 401


async def test_a_change_keeps_the_session(site: Site, serg: Visitor) -> None:
    key = await serg.form_key()
    site.world.clock.stepped += SESSION_IDLE / 2
    await change(serg, f"x-csrf-token: {key}", *OWN)
    site.world.clock.stepped += SESSION_IDLE / 2

    assert (await serg.get("/slots")).status == 200


async def test_the_session_ends_with_its_token_whatever_happens(site: Site, serg: Visitor) -> None:
    for _ in range(int(TOKEN_LIFE / (SESSION_IDLE / 2)) - 1):
        site.world.clock.stepped += SESSION_IDLE / 2
        assert (await serg.get("/slots")).status == 200
    site.world.clock.stepped += SESSION_IDLE / 2

    assert is_sent_to_log_in(await serg.get("/slots"))


async def test_whoever_plants_a_session_does_not_share_the_one_that_begins(site: Site) -> None:
    attacker = visitor(site)
    await attacker.log_in("igor")
    victim = Visitor(site.port, cookies=dict(attacker.cookies))
    await victim.log_in()

    assert victim.cookies != attacker.cookies
    assert (await attacker.get("/api/slots")).status == 403  # still igor
    assert (await victim.get("/api/slots")).status == 200


@pytest.mark.parametrize(
    "cookie", ["", "x", '"', "\xff", "a" * 4000, "x:key-1:0:e30=", '"x:key-1:0:e30="']
)
async def test_what_is_no_session_of_ours_is_none(site: Site, cookie: str) -> None:
    who = Visitor(site.port, cookies={"photochanger": cookie})

    assert is_sent_to_log_in(await who.get("/slots"))
    assert (await who.get("/api/slots")).status == 401


async def test_what_else_is_sealed_is_no_session(site: Site) -> None:
    for text in ("AIza-key", '"text"', "[]", json.dumps({"token": "token-1", "form_key": "x"})):
        sealed = site.world.seals.seal(text).ciphertext
        who = Visitor(site.port, cookies={"photochanger": f'"{sealed}"'})
        assert (await who.get("/api/slots")).status == 401


@pytest.mark.parametrize(
    "then, location",
    [
        ("/slots?x=1", "/slots?x=1"),
        ("/audit", "/audit"),
        *[
            (bad, "/slots")
            for bad in (
                *("", "slots", "//evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test"),
                *("javascript:alert(1)", "/\t/evil.test", "/x\r\nset-cookie: a=b", "/ x", "/\\x"),
                *("/login", "/login?next=/x", "/logout", "/", "/" + "x" * 5000, "/\u2028"),
            )
        ],
    ],
)
async def test_after_logging_in_nobody_is_sent_elsewhere(
    site: Site, then: str, location: str
) -> None:
    assert (await visitor(site).log_in(then=then)).headers["location"] == location


async def test_whoever_has_to_log_in_comes_back(site: Site) -> None:
    reply = await visitor(site).get("/slots?filter=a%26b")

    assert reply.headers["location"] == "/login?next=/slots?filter%3Da%2526b"
    shown = await visitor(site).get(reply.headers["location"])
    assert 'name="next" value="/slots?filter=a%26b"' in shown.body.decode()


async def test_without_a_session_pages_show_nothing(site: Site) -> None:
    for method, path in sorted(site.app[PAGES] - {("GET", "/"), ("GET", "/login")}):
        asked = path.format(**NAMES)
        reply = await visitor(site).ask(method, asked, extra=OWN)
        if path != "/login":
            assert is_sent_to_log_in(reply), path
        assert "slot-0" not in reply.body.decode()


async def test_without_a_session_parts_of_pages_show_nothing(site: Site) -> None:
    for method, path in site.app[PARTS]:
        asked = path.format(**NAMES)
        assert (await visitor(site).ask(method, asked, extra=OWN)).status == 401


async def test_who_may_not_see_a_page_is_told_so(site: Site) -> None:
    who = visitor(site)
    await who.log_in("igor")
    reply = await who.get("/slots")
    page = reply.body.decode()

    assert reply.status == 403
    assert "Нет доступа" in page
    assert 'href="/slots"' not in page  # nor is there a link to it
    assert 'action="/logout"' in page  # to come again as somebody else
    assert "slot-0" not in page


async def test_what_goes_wrong_is_told_on_a_page(
    site: Site, serg: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> None:
        raise QueueUnavailable("a secret place")

    monkeypatch.setattr(type(site.world.slots), "all", away)
    reply = await serg.get("/slots?lang=en")

    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "The service is not available" in reply.body.decode()
    assert reply.headers["x-correlation-id"] in reply.body.decode()
    assert "secret" not in reply.body.decode()


async def test_api_answers_have_nothing_of_the_session(site: Site, serg: Visitor) -> None:
    assert "set-cookie" not in (await get(site.port, "/healthz")).headers
    assert "set-cookie" not in (await serg.get("/static/pages.css")).headers


@pytest.mark.parametrize(
    "scope, first",
    [("slots:read", "/slots"), ("stats:read", "/statistics"), ("settings:read", "/audit")],
)
async def test_everybody_begins_at_a_page_they_may_see(site: Site, scope: str, first: str) -> None:
    await give_account(site.world, "anna", scopes=[scope])
    who = visitor(site)

    assert (await who.log_in("anna")).headers["location"] == first
    assert (await who.get("/")).headers["location"] == first
    assert (await who.get(first)).status == 200


async def test_whoever_has_not_logged_in_begins_with_that(site: Site) -> None:
    assert (await visitor(site).get("/")).headers["location"] == "/login"
