"""Jobs and the record of deeds in a browser."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, expect

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import WrongCredentials
from photochanger_core.domain.job import JobStatus
from photochanger_core.domain.picture import MediaType
from tests.contract.samples import admitted, job
from tests.pictures import flat
from tests.seeded_jobs import CANCELLED, FELL_BACK, REFUSED, RUNNING, TIMED_OUT, seed
from tests.web.booth import PASSWORD_PART, captured, file, post
from tests.web.running_site import Site

from .accessible import is_too_wide, violations
from .conftest import enter
from .watched import watched_page

STATES: Final = (
    "/jobs",
    "/jobs?slot_id=slot-009",
    "/jobs?status=x",
    "/jobs?before=2020-01-01T00:00:00.000000Z_00000000-0000-4000-8000-000000000001",
    f"/jobs/{FELL_BACK}",
    f"/jobs/{TIMED_OUT}",
    f"/jobs/{REFUSED}",
    f"/jobs/{CANCELLED}",
    f"/jobs/{RUNNING}",
    "/jobs/none",
    "/audit",
    "/audit?actor=nobody",
    "/audit?before=x",
)
OLGA: Final = Actor(name="olga", address="192.0.2.7")


async def fill(site: Site) -> None:
    """Have all kinds of jobs and of deeds."""
    await seed(site.world)
    use = site.use_cases
    changes = {"display_name": "Портрет на берегу моря", "output_format": "jpeg"}
    await use.configure_slot("slot-001", changes, settings={}, by=OLGA)
    await use.configure_settings({"sync_response_seconds": 40}, by=OLGA)
    with pytest.raises(WrongCredentials):
        await use.log_in("igor", "x", address="203.0.113.9")


@pytest.mark.parametrize("scheme, width, language", [("light", 320, "ru"), ("dark", 1280, "en")])
async def test_nothing_keeps_anybody_from_using_them_in_any_state(
    browser: Browser, site: Site, scheme: Any, width: int, language: str
) -> None:
    how: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    await fill(site)
    async with watched_page(browser, site, **how) as page:
        await enter(page)
        await page.goto(f"/slots?lang={language}")
        for path in STATES:
            await page.goto(path)
            assert await violations(page) == [], path
            assert not await is_too_wide(page), path


async def test_a_new_job_comes_by_itself_and_is_opened_by_keyboard(site: Site, serg: Page) -> None:
    async with serg.expect_response("**/parts/jobs"):  # it listens
        await serg.goto("/jobs")
    await expect(serg.get_by_text("Здесь появятся фото")).to_be_visible()
    photo = file(flat(MediaType.JPEG, (64, 48)))
    sent = await post(site.port, captured([PASSWORD_PART, photo]))
    job_id = sent.headers["x-job-id"]
    link = serg.locator(f"#job-{job_id}")
    await expect(link).to_be_visible()
    await link.focus()
    await post(site.port, captured([PASSWORD_PART, file(flat(MediaType.JPEG, (80, 48)))]))
    await expect(serg.get_by_role("listitem").filter(has_text="Готово")).to_have_count(2)
    await expect(link).to_be_focused()

    await serg.keyboard.press("Enter")
    await expect(serg).to_have_url(re.compile(f"/jobs/{job_id}$"))
    await expect(serg.get_by_role("rowheader", name="Загрузка фото")).to_be_visible()
    await expect(serg.get_by_role("img", name="Результат задания")).to_be_visible()
    assert await violations(serg) == []


async def test_filters_work_by_keyboard(site: Site, serg: Page) -> None:
    await fill(site)
    await serg.goto("/jobs")
    await serg.get_by_label("Состояние").select_option("failed")
    await serg.get_by_label("Состояние").press("Tab")
    await serg.keyboard.press("Tab")
    await serg.keyboard.press("Enter")

    await expect(serg).to_have_url(re.compile("status=failed"))
    await expect(serg.get_by_label("Состояние")).to_have_value("failed")
    await expect(serg.get_by_text("AI-провайдер отказался")).to_be_visible()
    await expect(serg.get_by_text("Готово", exact=True).and_(serg.locator(".pill"))).to_have_count(
        0
    )


async def test_a_job_that_runs_is_followed_and_cancelled_once_that_is_confirmed(
    site: Site, serg: Page
) -> None:
    site.world.provider.seconds = 30
    booth = asyncio.create_task(post(site.port, captured()))
    await serg.goto("/jobs")
    await serg.get_by_role("link", name=re.compile(r"\d\d:\d\d:\d\d")).click()
    await expect(serg.get_by_text("Провайдер обрабатывает фото.")).to_be_visible()
    first = await serg.locator("progress").get_attribute("value")
    await expect(serg.locator("progress")).not_to_have_attribute("value", str(first))
    assert await violations(serg) == []

    await serg.get_by_role("button", name="Отменить").click()
    dialog = serg.get_by_role("dialog")
    await expect(dialog).to_contain_text("Отменить задание?")
    assert await violations(serg) == []
    await dialog.get_by_role("button", name="Отмена", exact=True).click()
    await expect(serg.get_by_role("button", name="Отменить")).to_be_focused()
    await serg.get_by_role("button", name="Отменить").click()
    await dialog.get_by_role("button", name="Отменить задание").click()

    await expect(serg.get_by_role("status").first).to_contain_text("Задание отменено")
    await expect(serg.locator("progress")).to_have_count(0)
    assert (await booth).code == "job_cancelled"
    assert await violations(serg) == []


async def test_an_end_is_shown_by_itself(site: Site, serg: Page) -> None:
    await seed(site.world)
    async with serg.expect_response(f"**/parts/jobs/{RUNNING}"):
        await serg.goto(f"/jobs/{RUNNING}")
    assert (await site.use_cases.cancel_job(RUNNING, by=OLGA)).status is JobStatus.CANCELLED

    await expect(serg.locator("#job-state .pill")).to_have_text("Отменено")
    await expect(serg.get_by_role("button", name="Отменить")).to_have_count(0)


async def test_of_other_jobs_a_page_is_told_nothing(site: Site, serg: Page) -> None:
    await seed(site.world)
    asked: list[str] = []
    async with serg.expect_response(f"**/parts/jobs/{FELL_BACK}"):
        await serg.goto(f"/jobs/{FELL_BACK}")
    serg.on("request", lambda request: asked.append(request.url))
    heard = """() => new Promise((resolve) => {
        const source = new EventSource("/api/events");
        source.addEventListener("open", () => fetch("/livez"));
        source.addEventListener("job", () => { source.close(); setTimeout(resolve, 800); });
    })"""
    async with serg.expect_response("**/livez"):
        waiting = asyncio.create_task(serg.evaluate(heard))
    await site.use_cases.cancel_job(RUNNING, by=OLGA)
    await waiting

    assert [url for url in asked if "/parts/" in url] == []


async def test_without_a_network_the_page_says_that_it_is_old(site: Site, browser: Browser) -> None:
    await seed(site.world)
    async with watched_page(browser, site, ignoring=["ERR_INTERNET_DISCONNECTED"]) as page:
        await enter(page)
        async with page.expect_response("**/parts/jobs"):
            await page.goto("/jobs")
        await page.route("**/parts/jobs", lambda route: route.abort("internetdisconnected"))
        await site.use_cases.cancel_job(RUNNING, by=OLGA)

        connection, stale = page.locator("#connection"), page.locator("#stale")
        await expect(connection).to_contain_text("Сервер не отвечает")
        await expect(stale).to_have_js_property("hidden", value=False)
        await expect(stale).to_be_hidden()  # once is enough
        assert await violations(page) == []
        await page.unroute("**/parts/jobs")
        await admitted(site.world.jobs, job(8, photo_sha256="8" * 64))
        await expect(stale).to_have_js_property("hidden", value=True)
        await expect(connection).to_be_hidden()


async def test_moments_are_in_the_zone_of_whoever_looks(site: Site, browser: Browser) -> None:
    await fill(site)
    async with watched_page(browser, site, timezone_id="Asia/Vladivostok") as page:
        await enter(page)
        await page.goto(f"/jobs/{REFUSED}")
        shown = page.locator("#job-state time")
        utc = await shown.get_attribute("title")
        assert utc is not None
        assert utc.endswith(" UTC")
        hour = (int(utc.split()[1][:2]) + 10) % 24
        await expect(shown).to_have_text(re.compile(rf", {hour:02}:\d\d:\d\d$"))


async def test_they_work_without_scripts(browser: Browser, site: Site) -> None:
    await fill(site)
    async with watched_page(browser, site, java_script_enabled=False) as page:
        await page.goto("/login")
        await page.get_by_label("Имя пользователя").fill("serg")
        await page.get_by_label("Пароль", exact=True).fill("correct horse")
        await page.get_by_role("button", name="Войти").click()
        await page.get_by_role("link", name="Задания").click()
        await page.get_by_label("Состояние").select_option("processing")
        await page.get_by_role("button", name="Показать").click()
        await page.get_by_role("link", name=re.compile("UTC$")).click()
        await page.get_by_role("button", name="Отменить").click()
        await expect(page.get_by_text("Задание отменено", exact=True)).to_be_visible()
        await page.get_by_role("link", name="Журнал").click()
        await page.get_by_label("Кто").fill("olga")
        await page.get_by_role("button", name="Показать").click()
        await expect(page.get_by_text("Изменены настройки.")).to_be_visible()
        await page.get_by_role("link", name="История слота slot-001").click()
        await expect(page).to_have_url(re.compile("/slots/slot-001#title-history$"))
