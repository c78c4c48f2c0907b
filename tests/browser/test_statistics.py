"""The statistics in a browser: charts in any light, what changes by itself, and what is reset."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, expect

from tests.contract.samples import done, finished
from tests.logins import PASSWORD
from tests.web.running_site import Site
from tests.web.test_stats import begun, happened

from .accessible import is_too_wide, violations
from .conftest import enter
from .watched import watched_page

PATH: Final = "/statistics"
OUTSIDE: Final = """(field) => {
    const room = field.getBoundingClientRect();
    return [...field.querySelectorAll("path")].filter((path) => {
        const box = path.getBoundingClientRect();
        return box.left < room.left - 4 || box.right > room.right + 4 || box.top < room.top - 4
            || box.bottom > room.bottom + 4;
    }).length;
}"""


async def shows_jobs(page: Page, number: str) -> None:
    """Wait until so many jobs are shown."""
    await expect(page.locator(".tile .value").first).to_have_text(number, timeout=15_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_figures_can_be_read_by_anybody(
    browser: Browser, site: Site, scheme: Any, width: int
) -> None:
    await happened(site)
    how: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    async with watched_page(browser, site, **how) as page:
        await enter(page)
        for address in (PATH, f"{PATH}?window_minutes=4320&slot=slot-001"):
            await page.goto(address)
            for closed in await page.locator("summary").all():
                await closed.click()
            assert await violations(page) == [], address
            assert not await is_too_wide(page), address
            await expect(page.locator(".field")).to_have_count(3)
            for field in await page.locator(".field").all():
                assert await field.evaluate(OUTSIDE) == 0


async def test_charts_have_names_and_figures(site: Site, serg: Page) -> None:
    await happened(site)
    await serg.goto(PATH)

    await expect(serg.get_by_role("img", name=re.compile("Обработки Всего 4"))).to_be_visible()
    await expect(serg.get_by_role("table", name="")).to_have_count(1)  # that of slots
    await serg.get_by_text("Графики в цифрах").click()
    await expect(serg.get_by_role("region", name="Графики в цифрах")).to_be_visible()


async def test_times_are_those_of_the_clock_of_whoever_looks(browser: Browser, site: Site) -> None:
    await happened(site)
    async with watched_page(browser, site, timezone_id="Asia/Kolkata") as page:
        await enter(page)
        await page.goto(PATH)
        await expect(page.get_by_text("время UTC+5:30")).to_be_visible()


async def test_what_changes_is_shown_by_itself_and_what_is_open_stays(
    site: Site, serg: Page
) -> None:
    now = await happened(site)
    async with serg.expect_response("**/parts/statistics"):  # it listens
        await serg.goto(PATH)
    summary = serg.get_by_text("Графики в цифрах")
    await summary.click()
    await finished(site.world.jobs, done(begun(now, 7)))

    await shows_jobs(serg, "5")
    await expect(serg.get_by_role("region", name="Графики в цифрах")).to_be_visible()
    await expect(summary).to_be_focused()
    assert await violations(serg) == []


async def test_without_a_connection_that_is_told(browser: Browser, site: Site) -> None:
    async with watched_page(browser, site, ignoring=["net::ERR_FAILED"]) as page:
        await enter(page)
        async with page.expect_response("**/parts/statistics"):
            await page.goto(PATH)
        await page.route("**/parts/statistics", lambda route: route.abort())
        await finished(site.world.jobs, done(begun(site.world.clock.now(), 1)))

        await expect(page.locator("#connection")).to_be_visible(timeout=15_000)
        assert await violations(page) == []


async def test_statistics_are_reset_and_brought_back(site: Site, serg: Page) -> None:
    await happened(site)
    await serg.goto(f"{PATH}?window_minutes=180")
    await serg.get_by_role("button", name="Сброс статистики").click()
    await expect(serg.get_by_role("status")).to_contain_text("Статистика сброшена")
    await expect(serg).to_have_url(re.compile(r"/statistics\?window_minutes=180$"))
    await shows_jobs(serg, "0")
    assert await violations(serg) == []

    await serg.get_by_role("button", name="Показать всё").click()
    await expect(serg.get_by_role("status")).to_contain_text("Снова показано всё")
    await shows_jobs(serg, "4")


async def test_a_slot_is_chosen_by_keyboard_alone(site: Site, serg: Page) -> None:
    await happened(site)
    await serg.goto(PATH)
    await serg.get_by_label("Слот", exact=True).focus()
    await serg.keyboard.press("ArrowDown")
    await serg.keyboard.press("ArrowDown")
    await serg.keyboard.press("Tab")
    await serg.keyboard.press("Enter")

    await expect(serg).to_have_url(re.compile("slot=slot-002"))
    await expect(serg.get_by_role("heading", name="Slot 2")).to_be_visible()
    await shows_jobs(serg, "1")


async def test_the_table_is_downloaded(site: Site, serg: Page, tmp_path: Path) -> None:
    await happened(site)
    await serg.goto(PATH)
    async with serg.expect_download() as coming:
        await serg.get_by_role("link", name="Скачать CSV").click()
    file = tmp_path / "statistics.csv"
    await (await coming.value).save_as(file)

    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 4


async def test_it_works_without_scripts(browser: Browser, site: Site) -> None:
    await happened(site)
    async with watched_page(browser, site, java_script_enabled=False) as page:
        await page.goto("/login?next=/statistics")
        await page.get_by_label("Имя пользователя").fill("serg")
        await page.get_by_label("Пароль", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Войти").click()
        await page.get_by_label("Слот", exact=True).select_option("slot-001")
        await page.get_by_role("button", name="Показать", exact=True).click()
        await shows_jobs(page, "3")
        await page.get_by_role("link", name="72 ч").click()
        await expect(page).to_have_url(re.compile("window_minutes=4320&slot=slot-001"))
        await page.get_by_role("button", name="Сброс статистики").click()
        await shows_jobs(page, "0")
