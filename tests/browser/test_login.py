"""Coming and going in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from photochanger_core.domain.login import MAX_FAILURES
from tests.logins import PASSWORD
from tests.web.running_site import Site

from .conftest import log_in
from .watched import watched_page


async def test_serg_logs_in_and_out(page: Page) -> None:
    await page.goto("/")
    await expect(page).to_have_url(re.compile("/login$"))
    await expect(page.get_by_role("heading", name="Привет!")).to_be_visible()
    await expect(page.get_by_label("Имя пользователя")).to_be_focused()
    await log_in(page)
    await expect(page.get_by_role("heading", name="Слоты AI-обработки")).to_be_visible()
    await page.get_by_role("button", name="Выйти").click()
    await expect(page).to_have_url(re.compile("/login$"))
    await page.goto("/slots")
    await expect(page).to_have_url(re.compile("/login$"))


async def test_a_wrong_password_is_told(page: Page) -> None:
    await log_in(page, "wrong")

    await expect(page.get_by_role("alert").first).to_contain_text("Неверное имя или пароль")
    await expect(page.get_by_label("Имя пользователя")).to_have_value("serg")
    await expect(page.get_by_label("Пароль", exact=True)).to_be_focused()
    await page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/slots$"))


async def test_a_lock_counts_down(site: Site, page: Page) -> None:
    await page.clock.install()
    for _ in range(MAX_FAILURES):
        await site.world.login_failures.count("serg", "192.0.2.1", site.world.clock.now())
    await log_in(page)

    left = page.get_by_role("timer")
    before = await left.inner_text()
    assert re.fullmatch(r"1[45]:\d\d", before)
    await page.clock.run_for(2 * 60_000)
    after = await left.inner_text()
    assert int(before.partition(":")[0]) - int(after.partition(":")[0]) == 2
    await page.clock.run_for(15 * 60_000)
    await expect(page.get_by_role("alert").first).to_have_text("Можно войти снова")


async def test_the_password_is_shown_and_hidden(page: Page) -> None:
    await page.goto("/login")
    password, eye = page.get_by_label("Пароль", exact=True), page.get_by_label("Показать пароль")
    await password.fill("secret")
    await eye.click()
    await expect(password).to_have_attribute("type", "text")
    await expect(eye).to_have_attribute("aria-pressed", "true")
    await eye.click()
    await expect(password).to_have_attribute("type", "password")


async def test_all_of_it_works_by_keyboard(page: Page) -> None:
    await page.goto("/login?next=/slots")
    await page.keyboard.type("serg")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Показать пароль")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Войти")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Слоты AI-обработки")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="К содержанию")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


async def test_it_works_without_scripts(browser: Browser, site: Site) -> None:
    async with watched_page(browser, site, java_script_enabled=False) as page:
        await log_in(page, "wrong")
        await expect(page.get_by_label("Показать пароль")).to_be_hidden()
        await log_in(page)
        await expect(page.get_by_role("heading", name="Слоты AI-обработки")).to_be_visible()
        await page.get_by_role("button", name="Выйти").click()
        await expect(page).to_have_url(re.compile("/login$"))


async def test_the_language_is_switched_and_kept(page: Page) -> None:
    await page.goto("/login")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="Hello!")).to_be_visible()
    await page.get_by_label("User name").fill("serg")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", name="AI processing slots")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("path", ["/login", "/slots"])
async def test_whoever_opens_a_page_of_another_origin_in_a_frame_sees_nothing(
    site: Site, serg: Page, path: str
) -> None:
    reply = await serg.request.get(path)

    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
