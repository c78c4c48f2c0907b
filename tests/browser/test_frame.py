"""What all pages have: the header, and what is told of the server and the session."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from photochanger_core.domain.login import SESSION_IDLE
from tests.web.running_site import Site

from .accessible import violations
from .conftest import LOOP, enter
from .watched import watched_page

SMALL: Final = {"width": 360, "height": 640}
MINUTE: Final = 60_000
BROKEN: Final = "Failed to load resource: net::ERR_"

SMALL_TARGETS: Final = """() => [...document.querySelectorAll(".top :is(a, button)")]
    .filter((one) => one.checkVisibility())
    .filter((one) => one.offsetWidth < 44 || one.offsetHeight < 44)
    .map((one) => one.outerHTML)"""

IS_COVERED: Final = """() => {
    const focused = document.activeElement;
    if (focused === document.body) return null; // between the last one and the first
    const { left, top, width, height } = focused.getBoundingClientRect();
    const shown = document.elementFromPoint(left + width / 2, top + height / 2);
    const isSeen = focused.contains(shown) || shown?.contains(focused);
    return isSeen ? null : focused.outerHTML;
}"""


@pytest_asyncio.fixture(loop_scope=LOOP)
async def phone(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """A page on a small phone, of an administrator who has logged in."""
    how: dict[str, Any] = {"viewport": SMALL, "has_touch": True}
    async with watched_page(browser, site, **how) as page:
        await enter(page)
        yield page


@pytest_asyncio.fixture(loop_scope=LOOP)
async def lost(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """The page of settings, which may lose its server, with a clock of its own."""
    async with watched_page(browser, site, ignoring=[BROKEN]) as page:
        await page.clock.install()
        await enter(page)
        await page.goto("/settings")
        yield page


async def test_the_menu_of_a_phone_works_by_keyboard(phone: Page) -> None:
    await phone.goto("/settings")
    button, menu = phone.get_by_role("button", name="Меню"), phone.get_by_role("navigation")
    sections = menu.and_(phone.get_by_label("Разделы"))
    await expect(sections).to_be_hidden()
    await button.press("Enter")
    await expect(sections.get_by_role("link", name="Настройки")).to_have_attribute(
        "aria-current", "page"
    )
    assert await violations(phone) == []
    assert await phone.evaluate(SMALL_TARGETS) == []
    await phone.keyboard.press("Tab")
    await expect(sections.get_by_role("link", name="Слоты")).to_be_focused()
    await phone.keyboard.press("Escape")
    await expect(sections).to_be_hidden()
    await expect(button).to_be_focused()

    await button.tap()
    await sections.get_by_role("button", name="Выйти").tap()
    await expect(phone).to_have_url(re.compile("/login$"))


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1121, 1280])
async def test_the_header_has_one_line_at_any_width(
    browser: Browser, site: Site, width: int
) -> None:
    async with watched_page(browser, site, viewport={"width": width, "height": 700}) as page:
        await enter(page)
        for language in ("ru", "en"):
            await page.goto(f"/slots?lang={language}")
            header = page.get_by_role("banner")
            assert await header.evaluate("(it) => it.offsetHeight") < 70
            assert not await header.evaluate("(it) => it.scrollWidth > innerWidth")


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
async def test_what_is_in_focus_is_seen(phone: Page, key: str) -> None:
    await phone.goto("/settings")
    seen: set[str] = set()
    for _ in range(60):
        await phone.keyboard.press(key)
        assert await phone.evaluate(IS_COVERED) is None
        seen.add(await phone.evaluate("document.activeElement.outerHTML"))
    assert len(seen) > 20


def banner(page: Page) -> Locator:
    return page.locator("#connection")


async def test_whoever_is_offline_is_told_and_loses_nothing(site: Site, lost: Page) -> None:
    number = lost.get_by_label("Срок хранения результатов")
    await number.fill("24")
    await lost.context.set_offline(True)
    await expect(banner(lost)).to_contain_text("Нет сети")
    assert await violations(lost) == []
    await lost.get_by_role("button", name="Сохранить", exact=True).click()
    await expect(lost.get_by_role("alert")).to_contain_text("Не отправлено")
    await expect(number).to_have_value("24")

    await lost.context.set_offline(False)
    await expect(banner(lost)).to_be_hidden()
    await expect(lost.get_by_role("status").first).to_contain_text("Связь восстановлена")
    await lost.get_by_role("button", name="Сохранить", exact=True).click()
    await expect(lost.get_by_role("status").first).to_contain_text("Настройки сохранены")
    assert (await site.use_cases.read_settings()).stored.settings.result_ttl_hours == 24


async def test_a_server_that_is_away_is_told(lost: Page) -> None:
    await lost.route(re.compile("/parts/session|/livez"), lambda route: route.abort())
    await lost.clock.run_for(MINUTE)
    await expect(banner(lost)).to_contain_text("Сервер не отвечает")
    await lost.unroute_all()
    await lost.clock.run_for(MINUTE)
    await expect(banner(lost)).to_be_hidden()


async def test_a_proxy_without_a_server_is_none(lost: Page) -> None:
    async def fail(route: Route) -> None:
        await route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")

    await lost.route(re.compile("/parts/session|/livez"), fail)
    await lost.clock.run_for(MINUTE)
    await expect(banner(lost)).to_contain_text("Сервер не отвечает")


async def test_what_is_filled_in_outlives_the_session(site: Site, lost: Page) -> None:
    number = lost.get_by_label("Срок хранения результатов")
    await number.fill("24")
    site.world.clock.stepped += SESSION_IDLE
    await lost.clock.run_for(MINUTE)
    dialog = lost.get_by_role("dialog", name="Сеанс закончился")
    await expect(dialog.get_by_role("link", name="Войти здесь")).to_have_attribute(
        "href", "/login?next=%2Fsettings"
    )
    assert await violations(lost) == []

    aside = await lost.context.new_page()
    await enter(aside)
    await aside.close()
    await lost.clock.run_for(MINUTE)
    await expect(dialog).to_be_hidden()
    await expect(number).to_have_value("24")
    await lost.get_by_role("button", name="Сохранить", exact=True).click()
    await expect(lost.get_by_role("status").first).to_contain_text("Настройки сохранены")


async def test_a_form_is_not_sent_into_a_session_that_is_over(site: Site, lost: Page) -> None:
    await lost.clock.fast_forward(30_000)
    number = lost.get_by_label("Срок хранения результатов")
    await number.fill("24")
    site.world.clock.stepped += SESSION_IDLE
    await lost.get_by_role("button", name="Сохранить", exact=True).click()

    await expect(lost.get_by_role("dialog", name="Сеанс закончился")).to_be_visible()
    await expect(number).to_have_value("24")
    await expect(lost).to_have_url(re.compile("/settings$"))


async def test_the_end_is_told_ahead_and_put_off(site: Site, lost: Page) -> None:
    site.world.clock.stepped += SESSION_IDLE - timedelta(minutes=4)
    await lost.clock.run_for(MINUTE)
    told = lost.get_by_role("status").first
    await expect(told).to_contain_text("Сеанс закончится в")
    assert await violations(lost) == []
    await told.get_by_role("button", name="Остаться").click()
    await expect(told).to_contain_text("Сеанс продлён")

    site.world.clock.stepped += SESSION_IDLE - timedelta(minutes=10)
    assert (await lost.request.get("/slots", max_redirects=0)).status == 200


async def test_a_form_that_is_on_its_way_shows_it_and_is_sent_once(lost: Page) -> None:
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await lost.route("**/parts/session", hold)
    await lost.clock.fast_forward(30_000)
    button = lost.get_by_role("button", name="Сохранить", exact=True)
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    assert await violations(lost) == []
    await button.click()
    assert len(held) == 1
    await held[0].continue_()

    await expect(lost.get_by_role("status").first).to_contain_text("Настройки сохранены")
