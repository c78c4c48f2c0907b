"""The page to log in on."""

from __future__ import annotations

import re

import pytest

from photochanger_core.domain.login import LOCK_TIME, MAX_FAILURES
from photochanger_web.page_form import FORM_LIMIT
from tests.logins import give_account

from .booth import get
from .running_site import Site
from .visitor import FORM, OWN, Visitor, visitor


@pytest.fixture
async def site(site: Site) -> Site:
    await give_account(site.world, "serg")
    return site


async def shown(who: Visitor, path: str = "/login") -> str:
    reply = await who.get(path)
    assert reply.status == 200
    return reply.body.decode()


async def test_everybody_is_greeted(site: Site) -> None:
    reply = await get(site.port, "/login")
    page = reply.body.decode()

    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["content-security-policy"].startswith("default-src 'none';")
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert reply.headers["referrer-policy"] == "same-origin"
    assert "<h1>Привет!</h1>" in page
    assert '<button class="primary wide">Войти</button>' in page
    assert re.search(r'id="username"[^>]* autofocus', page)
    assert not re.search(r"<script(?! type=\"module\" src=)|<style| style=| on\w+=", page)


async def test_a_wrong_password_is_told_and_the_name_stays(site: Site) -> None:
    who = visitor(site)
    reply = await who.log_in('serg"><b>', "wrong", then="/slots?x=1")
    page = reply.body.decode()

    assert reply.status == 401
    assert "Неверное имя или пароль" in page
    assert 'value="serg&#34;&gt;&lt;b&gt;"' in page
    assert 'name="next" value="/slots?x=1"' in page
    assert re.search(r'id="password"[^>]* autofocus', page)
    assert "wrong" not in page
    assert who.cookies == {}


async def test_a_lock_is_told_with_the_time_that_is_left(site: Site) -> None:
    who = visitor(site)
    for _ in range(MAX_FAILURES):
        assert (await who.log_in(password="wrong")).status == 401
    reply = await who.log_in()

    assert reply.status == 429
    left = int(reply.headers["retry-after"])
    assert LOCK_TIME.total_seconds() - 60 < left <= LOCK_TIME.total_seconds()
    page = reply.body.decode()
    assert f'data-countdown="{left}"' in page
    assert f">{left // 60}:{left % 60:02}</strong>" in page
    assert "Слишком много неверных паролей" in reply.body.decode()


async def test_the_language_is_switched_and_remembered(site: Site) -> None:
    who = visitor(site)
    assert '<html lang="ru">' in await shown(who)
    assert "<h1>Hello!</h1>" in await shown(who, "/login?lang=en")
    assert '<html lang="en">' in await shown(who)
    assert "Wrong name or password" in (await who.log_in(password="wrong")).body.decode()
    assert "<h1>Hello!</h1>" in await shown(who, "/login?lang=xx")
    assert '<html lang="ru">' in await shown(who, "/login?lang=ru")


async def test_to_switch_the_language_loses_nothing_of_the_address(site: Site) -> None:
    page = await shown(visitor(site), "/login?next=/slots?a%3Db")

    assert 'href="/login?next=/slots?a%3Db&amp;lang=en"' in page


@pytest.mark.parametrize(
    "body, kind",
    [
        (b"{}", "application/json"),
        (b"username=a&username=b&password=c", FORM),
        (b"username=%ff&password=c", FORM),
        (b"username=%00&password=c", FORM),
        (b"username=\xff&password=c", FORM),
        (b"&".join(b"x%d=1" % number for number in range(500)), FORM),
    ],
)
async def test_what_is_no_form_of_ours_is_refused(site: Site, body: bytes, kind: str) -> None:
    reply = await visitor(site).ask("POST", "/login", body, kind=kind, extra=OWN)

    assert reply.status == 400
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_form_without_end_is_refused(site: Site) -> None:
    body = b"username=" + b"x" * FORM_LIMIT

    assert (await visitor(site).ask("POST", "/login", body, extra=OWN)).status == 413


async def test_an_empty_form_lets_nobody_in(site: Site) -> None:
    assert (await visitor(site).submit("/login", {"username": ""})).status == 401
