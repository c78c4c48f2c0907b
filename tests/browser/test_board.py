"""The dashboard and the settings in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import ProviderMisconfigured, Unauthorized
from tests.logins import PASSWORD
from tests.web.running_site import Site

from .accessible import violations
from .conftest import enter
from .watched import watched_page


async def test_a_slot_is_paused_once_that_is_confirmed(site: Site, serg: Page) -> None:
    pause = serg.get_by_role("button", name="Приостановить: Slot 1", exact=True)
    await pause.click()
    dialog = serg.get_by_role("dialog", name="Приостановить слот «Slot 1»?")
    assert await violations(serg) == []
    await dialog.get_by_role("button", name="Отмена").click()
    await expect(pause).to_be_focused()
    await pause.click()
    await dialog.get_by_role("button", name="Приостановить").click()

    await expect(serg.get_by_role("status")).to_contain_text("Слот «Slot 1» приостановлен")
    await expect(serg).to_have_url(re.compile("/slots$"))
    assert not (await site.use_cases.read_slots("slot-001")).slot.is_active


async def test_a_slot_is_swapped_to_its_fallback(site: Site, serg: Page) -> None:
    fallback = {"provider": "gemini", "operation": "image_edit", "settings": {"prompt": "B"}}
    await site.world.set_slot(fallback=fallback)
    await serg.goto("/slots?order=name")
    await serg.get_by_role("button", name="Переключить на запасной: Slot 1", exact=True).click()
    dialog = serg.get_by_role("dialog", name="Переключить слот «Slot 1» на запасной?")
    assert await violations(serg) == []
    await dialog.get_by_role("button", name="Переключить на запасной").click()

    await expect(serg.get_by_role("status")).to_contain_text("фото теперь идут в")
    await expect(serg).to_have_url(re.compile(r"/slots\?order=name$"))
    assert (await site.use_cases.read_slots("slot-001")).slot.settings == {"prompt": "B"}


async def test_what_changes_is_shown_by_itself_and_focus_stays(site: Site, serg: Page) -> None:
    async with serg.expect_response("**/parts/slots"):  # it listens
        await serg.goto("/slots")
    copy = serg.get_by_role("button", name="Копировать ссылку").nth(1)
    await copy.focus()
    await site.use_cases.configure_slot(
        "slot-002", {"display_name": "Свадьба"}, settings={}, by=Actor(name="olga")
    )

    await expect(serg.get_by_role("link", name="Свадьба", exact=True)).to_be_visible()
    await expect(serg.get_by_role("button", name="Копировать ссылку: Свадьба")).to_be_focused()
    assert await violations(serg) == []


async def test_settings_are_saved_with_the_slider(site: Site, serg: Page) -> None:
    await serg.goto("/settings")
    await serg.get_by_role("slider").fill("30")
    await expect(serg.get_by_label("Время ожидания ответа, с (")).to_have_value("30")
    await serg.get_by_role("button", name="Сохранить", exact=True).click()

    await expect(serg.get_by_role("status").first).to_contain_text("Настройки сохранены")
    assert (await site.use_cases.read_settings()).stored.settings.sync_response_seconds == 30


async def test_what_somebody_else_has_set_is_told(site: Site, serg: Page) -> None:
    await serg.goto("/settings")
    await site.world.set(sync_response_seconds=55)
    await serg.get_by_role("button", name="Сохранить", exact=True).click()

    await expect(serg.get_by_text("Сейчас сохранено: 55")).to_be_visible()
    assert await violations(serg) == []


async def test_a_made_up_password_is_shown_once(serg: Page) -> None:
    await serg.goto("/settings")
    await serg.get_by_role("button", name="Придумать пароль").click()
    await serg.get_by_role("dialog").get_by_role("button", name="Придумать пароль").click()

    await expect(serg.get_by_label("Новый пароль. Он показан")).not_to_be_empty()
    await expect(serg.get_by_label("Новый пароль. Он показан")).to_be_in_viewport()
    assert await violations(serg) == []
    await serg.goto("/settings")
    await expect(serg.get_by_label("Новый пароль. Он показан")).to_have_count(0)


async def test_limits_and_what_is_done_about_a_wrong_hash_are_saved(site: Site, serg: Page) -> None:
    await serg.goto("/settings")
    await serg.get_by_label("Срок хранения результатов").fill("24")
    await serg.get_by_label("Заданий одновременно, всего").fill("20")
    await serg.get_by_label("Если hash фото не совпадает").select_option(label="Отказать")
    await serg.get_by_role("button", name="Сохранить", exact=True).click()

    await expect(serg.get_by_role("status").first).to_contain_text("Настройки сохранены")
    settings = (await site.use_cases.read_settings()).stored.settings
    assert settings.result_ttl_hours == 24
    assert (settings.max_in_flight_jobs, settings.hash_policy) == (20, "strict")


async def test_a_made_up_password_is_copied(browser: Browser, site: Site) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    async with watched_page(browser, site, permissions=allowed) as page:
        await enter(page)
        await page.goto("/settings")
        await page.get_by_role("button", name="Придумать пароль").click()
        await page.get_by_role("dialog").get_by_role("button", name="Придумать пароль").click()
        made = await page.get_by_label("Новый пароль. Он показан").input_value()
        await page.get_by_role("button", name="Копировать").click()

        await expect(page.get_by_role("status").first).to_contain_text("Скопировано")
        assert await page.evaluate("navigator.clipboard.readText()") == made
        stored = (await site.use_cases.read_settings()).stored.settings.ingest_password_hash
        assert await site.world.passwords.verify(str(stored), made)


async def test_a_key_is_set_never_shown_and_taken_away(serg: Page) -> None:
    await serg.goto("/settings")
    await serg.get_by_label("Новый ключ: Gemini").fill("AIza-secret")
    await serg.get_by_role("button", name="Сохранить ключ").click()
    await expect(serg.get_by_text("Задан только что").last).to_be_visible()
    assert "AIza-secret" not in await serg.content()
    await serg.get_by_role("button", name="Удалить ключ").click()

    await expect(serg.get_by_text("Нет ключа")).to_be_visible()


async def test_the_cache_is_cleaned_up_with_the_words_of_the_brief(serg: Page) -> None:
    await serg.goto("/settings")
    button = serg.get_by_role("button", name="Очистить мультимедиа кеш")
    await expect(button).to_have_accessible_description(
        "Удаляются только устаревшие результаты; последний обработанный файл останется доступным"
    )
    await button.click()
    await serg.get_by_role("dialog").get_by_role("button", name="Очистить").click()

    await expect(serg.get_by_role("status").first).to_contain_text(
        "Очистка запланирована: будут удалены только устаревшие результаты"
    )


async def test_all_sessions_end_in_one_tap(site: Site, serg: Page) -> None:
    token = (await site.use_cases.log_in("serg", PASSWORD, address="192.0.2.1")).token
    await serg.goto("/settings")
    await serg.get_by_role("button", name="Выйти на всех устройствах").click()
    dialog = serg.get_by_role("dialog", name="Выйти на всех устройствах?")
    assert await violations(serg) == []
    await dialog.get_by_role("button", name="Выйти на всех устройствах").click()

    await expect(serg).to_have_url(re.compile("/login$"))
    await expect(serg.get_by_role("status").first).to_contain_text("Вы вышли на всех устройствах")
    with pytest.raises(Unauthorized):
        await site.use_cases.authorise(token, None)


async def test_a_provider_that_refuses_is_quoted(site: Site, serg: Page) -> None:
    site.world.provider.ping_error = ProviderMisconfigured("API key not valid")
    await serg.goto("/settings")
    await serg.get_by_role("button", name="Проверить").click()

    await expect(serg.get_by_text("Провайдер не принимает заказы:")).to_contain_text(
        "API key not valid"
    )


async def test_a_provider_is_tested(site: Site, serg: Page) -> None:
    await serg.goto("/settings")
    await serg.get_by_role("button", name="Проверить").click()

    await expect(serg.get_by_text("Провайдер отвечает, ключ подходит")).to_be_visible()
    assert await violations(serg) == []
