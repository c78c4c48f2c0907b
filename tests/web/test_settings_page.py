"""The page of settings."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from photochanger_core.domain.settings import Settings
from photochanger_web.locale import page_text
from tests.logins import give_account

from .booth import Reply, captured, file, post
from .booth import text as part
from .running_site import Site, site_over
from .test_settings import Installation
from .visitor import Visitor, logged_in

PAGE = "/settings"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with site_over(Installation()) as running:
        yield running


@pytest.fixture
def serg(site: Site, serg: Visitor) -> Visitor:
    """The same, before whose deeds nothing was noted."""
    site.world.audit.entries.clear()
    return serg


async def shown(who: Visitor, path: str = PAGE) -> str:
    reply = await who.get(path)
    assert reply.status == 200
    return unescape(reply.body.decode())


async def send(who: Visitor, path: str = "", **fields: str) -> Reply:
    """Send a form of the page as it is now, with *fields* filled in."""
    page = await shown(who)
    [version, *_] = re.findall(r'name="version" value="(\d+)"', page)
    ours = {"csrf_token": await who.form_key(), "version": version}
    return await who.submit(PAGE + path, ours | fields)


async def stored(site: Site) -> Settings:
    return (await site.use_cases.read_settings()).stored.settings


def led_to(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.headers.get("location", "")


async def takes(site: Site, password: str) -> bool:
    reply = await post(site.port, captured([part("password", password.encode()), file()]))
    return reply.status == 200


async def test_everything_is_shown_but_secrets(site: Site, serg: Visitor) -> None:
    await give_account(site.world, "igor")
    page = await shown(serg)

    assert "<h1>Настройки</h1>" in page
    assert re.search(
        r'name="sync_response_seconds" type="number"[^>]*min="10" max="60" value="48"',
        page.replace("\n", " "),
    )
    assert "Задан только что, test" in page
    assert "Из настроек сервера" in page
    assert "Нет ключа" in page
    assert "Удаляются только устаревшие результаты; последний обработанный файл останется" in page
    assert "key-of-the-environment" not in page
    assert "igor" in page
    assert "Все права" in page


async def test_settings_are_saved(site: Site, serg: Visitor) -> None:
    reply = await send(serg, sync_response_seconds=" 50 ", hash_policy="strict")

    assert led_to(reply) == (303, "/settings?done=saved")
    assert (await stored(site)).sync_response_seconds == 50
    assert (await stored(site)).hash_policy == "strict"
    assert "Настройки сохранены" in await shown(serg, reply.headers["location"])
    assert site.world.audit.entries[-1].actor.name == "serg"


async def test_what_is_wrong_is_told_at_its_field(site: Site, serg: Visitor) -> None:
    reply = await send(serg, sync_response_seconds="61", result_ttl_hours="long", gallery_limit="7")
    page = reply.body.decode()

    assert reply.status == 422
    assert 'id="sync_response_seconds-problem">должно быть от 10 до 60<' in page
    assert 'id="result_ttl_hours-problem">должно быть целым числом<' in page
    assert 'value="61" aria-invalid="true" aria-describedby="sync_response_seconds-problem"' in page
    assert 'value="7"' in page
    assert (await stored(site)).gallery_limit == 10


async def test_it_is_told_in_the_language_of_the_page(serg: Visitor) -> None:
    await shown(serg, f"{PAGE}?lang=en")
    serg.cookies["language"] = "en"
    reply = await serg.submit(
        PAGE, {"csrf_token": await serg.form_key(), "version": "1", "gallery_limit": "0"}
    )
    assert "must be from 1 to 100" in reply.body.decode()


async def test_nothing_of_somebody_else_is_overwritten(site: Site, serg: Visitor) -> None:
    await site.world.set(sync_response_seconds=55)
    reply = await serg.submit(
        PAGE, {"csrf_token": await serg.form_key(), "version": "1", "sync_response_seconds": "20"}
    )
    page = reply.body.decode()

    assert reply.status == 409
    assert "Кто-то уже изменил эти данные" in page
    assert "Сейчас сохранено: 55" in page
    assert 'value="20"' in page
    assert (await stored(site)).sync_response_seconds == 55


async def test_a_password_is_set(site: Site, serg: Visitor) -> None:
    reply = await send(serg, "/password", action="set", ingest_password="s3cret")

    assert led_to(reply) == (303, "/settings?done=password")
    assert await takes(site, "s3cret")
    assert "s3cret" not in await shown(serg)


async def test_a_password_is_made_up_and_shown_once(site: Site, serg: Visitor) -> None:
    reply = await send(serg, "/password", action="generate", ingest_password="")
    [made] = re.findall(r'id="made" readonly value="([^"]+)"', reply.body.decode())

    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    assert len(made) >= 16
    assert await takes(site, made)
    assert made not in await shown(serg)


async def test_an_empty_password_is_none(site: Site, serg: Visitor) -> None:
    before = (await stored(site)).ingest_password_hash
    reply = await send(serg, "/password", action="set", ingest_password="")

    assert reply.status == 422
    assert 'id="ingest_password-problem"' in reply.body.decode()
    assert (await stored(site)).ingest_password_hash == before


async def test_a_key_is_set_and_removed_and_never_shown(site: Site, serg: Visitor) -> None:
    reply = await send(serg, "/keys/gemini", action="set", api_key=" key-of-serg ")
    assert led_to(reply) == (303, "/settings?done=key")
    view = await site.use_cases.read_settings()
    assert view.keys["gemini"].text == "key-of-serg"
    page = await shown(serg)
    assert "key-of-serg" not in page
    assert "Удалить ключ" in page

    reply = await send(serg, "/keys/gemini", action="remove", api_key="")
    assert led_to(reply) == (303, "/settings?done=key_removed")
    assert not (await site.use_cases.read_settings()).keys["gemini"].is_configured


async def test_a_key_that_is_none_is_told_at_its_field_and_not_repeated(serg: Visitor) -> None:
    reply = await send(serg, "/keys/gemini", action="set", api_key="s3 cret")

    assert reply.status == 422
    assert 'id="key-gemini-problem"' in reply.body.decode()
    assert "s3 cret" not in reply.body.decode()


async def test_a_cleanup_is_scheduled(site: Site, serg: Visitor) -> None:
    reply = await send(serg, "/cleanup")

    assert led_to(reply) == (303, "/settings?done=cleanup")
    told = "Очистка запланирована: будут удалены только устаревшие результаты"
    assert told in await shown(serg, reply.headers["location"])
    assert [entry.action for entry in site.world.audit.entries] == ["cleaned_up"]


@pytest.mark.parametrize(
    "path, fields",
    [
        ("", {"csrf_token": "x"}),
        ("", {"version": "now"}),
        ("/password", {"csrf_token": ""}),
        ("/password", {"action": "forget"}),
        ("/keys/gemini", {"action": "show"}),
        ("/keys/nobody", {"action": "set", "api_key": "x"}),
        ("/cleanup", {"csrf_token": "x"}),
    ],
)
async def test_a_form_that_is_none_of_ours_changes_nothing(
    site: Site, serg: Visitor, path: str, fields: dict[str, str]
) -> None:
    version = (await site.use_cases.read_settings()).stored.version
    reply = await send(serg, path, **fields)

    assert reply.status in (400, 403, 422)
    assert (await site.use_cases.read_settings()).stored.version == version
    assert site.world.audit.entries == []


async def test_who_may_only_look_changes_nothing(site: Site) -> None:
    who = await logged_in(site, "igor", ["settings:read", "slots:read"])

    assert '<fieldset class="fields" disabled>' in await shown(who)
    assert (await send(who, gallery_limit="7")).status == 403
    assert (await send(who, "/cleanup")).status == 403


def test_the_exact_words_of_the_customer() -> None:
    assert page_text("ru", "settings.title") == "Настройки"
    assert page_text("ru", "settings.cleanup_button") == "Очистить мультимедиа кеш"
    assert page_text("ru", "settings.save") == "Сохранить"
