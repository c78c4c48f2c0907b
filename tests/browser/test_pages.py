"""What holds for every page: on phones, for screen readers, on light and on dark."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.web.running_site import Site

from .accessible import is_too_wide, violations
from .conftest import enter, log_in
from .watched import watched_page

PHONE: Final = {"width": 390, "height": 844}
SMALL: Final = {"width": 320, "height": 640}
PAGES: Final = (*("/login", "/slots", "/statistics", "/gallery", "/jobs", "/audit", "/settings"),)


Scheme = Literal["light", "dark"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_nothing_keeps_anybody_from_using_a_page(
    browser: Browser, site: Site, scheme: Scheme, width: int
) -> None:
    how: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    async with watched_page(browser, site, **how) as page:
        await log_in(page, "wrong")
        assert await violations(page) == []
        await enter(page)
        for path in PAGES:
            await page.goto(path)
            assert await violations(page) == [], path


@pytest.mark.parametrize("viewport", [PHONE, SMALL])
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_pages_fit_on_a_phone(
    browser: Browser, site: Site, viewport: Any, language: str
) -> None:
    async with watched_page(browser, site, viewport=viewport, has_touch=True) as page:
        await enter(page)
        for path in PAGES:
            await page.goto(f"{path}?lang={language}")
            assert not await is_too_wide(page), path


async def test_there_are_fifteen_slots(serg: Page) -> None:
    await expect(serg.get_by_role("listitem").filter(has_text="Провайдер")).to_have_count(15)
    await expect(serg.get_by_text("Активен", exact=True)).to_have_count(1)


async def test_a_link_is_copied(browser: Browser, site: Site) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    async with watched_page(browser, site, permissions=allowed) as page:
        await enter(page)
        await page.get_by_role("button", name="Копировать").nth(2).click()
        await expect(page.get_by_role("status")).to_contain_text("Скопировано")
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == f"http://127.0.0.1:{site.port}/ingest/slot-003"
        assert await violations(page) == []


async def test_scripts_change_things_in_the_session(site: Site, serg: Page) -> None:
    change = """async () => {
        const { api } = await import("/static/api.js");
        const slot = await api("PUT", "/api/slots/slot-002", {body: {display_name: "New"}});
        return slot.display_name;
    }"""

    assert await serg.evaluate(change) == "New"


async def test_what_goes_wrong_is_told_by_scripts(serg: Page) -> None:
    await serg.evaluate(
        """async () => {
            const { api } = await import("/static/api.js");
            await api("PUT", "/api/slots/slot-002", {body: {retry: 1}}).catch(() => {});
        }"""
    )

    await expect(serg.get_by_role("alert")).to_contain_text("Некоторые значения недопустимы")
    assert await violations(serg) == []
    await serg.get_by_role("button", name="Закрыть").click()
    await expect(serg.get_by_role("alert")).to_be_empty()


async def test_whoever_is_asked_may_say_no(serg: Page) -> None:
    ask = """async () => {
        const { confirmed } = await import("/static/dialog.js");
        window.answer = confirmed("Удалить?", {action: "Удалить"});
    }"""
    for key, answer in [("Escape", False), ("Enter", False)]:
        await serg.evaluate(ask)
        await expect(serg.get_by_role("dialog", name="Удалить?")).to_be_visible()
        assert await violations(serg) == []
        await serg.keyboard.press(key)
        assert await serg.evaluate("window.answer") is answer
    await serg.evaluate(ask)
    await serg.get_by_role("button", name="Удалить").click()
    assert await serg.evaluate("window.answer") is True


async def test_messages_above_a_dialog_can_be_closed(serg: Page) -> None:
    await serg.evaluate(
        """async () => {
            const { confirmed } = await import("/static/dialog.js");
            const { toast } = await import("/static/toast.js");
            confirmed("Удалить?");
            toast("Не получилось", {isProblem: true});
            toast("Не отправлено", {isProblem: true});
        }"""
    )
    alert = serg.get_by_role("alert")
    await expect(alert).to_contain_text("Не отправлено")
    assert await violations(serg) == []
    await alert.get_by_role("button", name="Закрыть").last.click()
    await serg.keyboard.press("Escape")

    await expect(serg.get_by_role("dialog")).to_have_count(0)
    await expect(alert).to_have_text(re.compile("^Не получилось"))
    await alert.get_by_role("button", name="Закрыть").click()
    await expect(alert).to_be_empty()


async def test_whoever_wants_no_movement_gets_none(browser: Browser, site: Site) -> None:
    async with watched_page(browser, site, reduced_motion="reduce") as page:
        await page.goto("/login")
        button = page.get_by_role("button", name="Войти")
        duration = await button.evaluate("(it) => getComputedStyle(it).transitionDuration")
        assert all(float(one.strip().removesuffix("s")) < 0.001 for one in duration.split(","))
