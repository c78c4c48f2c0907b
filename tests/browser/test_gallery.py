"""The gallery in a browser: what comes and goes by itself, what is deleted and shared."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from photochanger_core.domain.account import Actor
from photochanger_core.domain.picture import MediaType
from tests.contract.samples import done, finished, job
from tests.logins import give_account
from tests.pictures import flat
from tests.web.running_site import Site
from tests.web.test_gallery_page import photo, with_pictures

from .accessible import is_too_wide, violations
from .conftest import LOOP, enter, log_in
from .watched import watched_page

PREVIEW: Final = flat(MediaType.PNG, (48, 64))
SHIFTS: Final = """() => new Promise((resolve) => {
    const seen = (list) => resolve(list.getEntries().map((one) => one.value));
    new PerformanceObserver(seen).observe({type: "layout-shift", buffered: true});
    setTimeout(() => resolve([]), 300);
})"""


async def draw(route: Route) -> None:
    await route.fulfill(body=PREVIEW, content_type="image/png")


@pytest_asyncio.fixture(loop_scope=LOOP)
async def gallery(site: Site, serg: Page) -> AsyncIterator[Page]:
    """The gallery with two pictures, which follows what happens."""
    await serg.route("**/preview", draw)
    await with_pictures(site, 2)
    async with serg.expect_response("**/parts/gallery"):  # it listens
        await serg.goto("/gallery")
    yield serg


def tile(page: Page, number: int) -> Any:
    return page.locator(f"#picture-{job(number).job_id}")


async def test_new_pictures_appear_and_nothing_else_moves(site: Site, gallery: Page) -> None:
    await expect(gallery.locator("[data-picture]")).to_have_count(2)
    save = tile(gallery, 2).get_by_role("link", name=re.compile("^Скачать Slot 3"))
    await save.focus()
    await tile(gallery, 2).locator("img").evaluate("(it) => { window.kept = it; }")
    await finished(site.world.jobs, done(job(9, started_at=site.world.clock.now())))

    await expect(gallery.locator("[data-picture]")).to_have_count(3)
    await expect(gallery.locator("[data-picture]").first).to_have_id(f"picture-{job(9).job_id}")
    await expect(save).to_be_focused()
    assert await gallery.evaluate("window.kept.isConnected")
    assert await violations(gallery) == []


async def test_deleted_pictures_disappear(site: Site, gallery: Page) -> None:
    await tile(gallery, 1).get_by_role("link", name=re.compile("^Скачать")).focus()
    for number in (1, 2):
        await site.use_cases.delete_result(job(number).job_id, by=Actor(name="olga"))

    await expect(gallery.get_by_text("Снимков пока нет")).to_be_visible()
    await expect(gallery.locator("main")).to_be_focused()
    assert await violations(gallery) == []


async def test_a_picture_goes_with_its_time(site: Site, serg: Page) -> None:
    at = site.world.clock.now()
    await finished(
        site.world.jobs, done(job(1, started_at=at), at + timedelta(seconds=100), after=0)
    )
    await finished(site.world.jobs, done(job(2, started_at=at), at + timedelta(hours=2), after=0))
    await serg.clock.install()
    await serg.goto("/gallery")
    left = tile(serg, 1).locator("[data-left]")
    await expect(left).to_have_text(re.compile("1:[34][0-9]"))
    site.world.clock.stepped += timedelta(seconds=60)
    await serg.clock.run_for(60_000)
    await expect(left).to_have_text(re.compile("0:[34][0-9]"))
    site.world.clock.stepped += timedelta(seconds=41)
    await serg.clock.run_for(41_000)

    await expect(serg.locator("[data-picture]")).to_have_count(1)
    await expect(tile(serg, 2).locator("[data-left]")).to_have_text(re.compile("^1 ч 5[78] мин$"))


async def test_a_picture_is_deleted_once_that_is_confirmed(site: Site, gallery: Page) -> None:
    delete = tile(gallery, 1).get_by_role("link", name=re.compile("^Удалить везде Slot 2"))
    await delete.focus()
    await delete.press("Enter")
    dialog = gallery.get_by_role("dialog", name="Удалить снимок везде?")
    await expect(dialog).to_contain_text("Slot 2")
    assert await violations(gallery) == []
    await gallery.keyboard.press("Escape")
    await expect(delete).to_be_focused()
    await delete.press("Enter")
    away = dialog.get_by_role("button", name="Удалить везде")
    await expect(away).to_have_class(re.compile("danger"))
    await away.click()

    receipt = gallery.get_by_role("region", name="Снимок удалён")
    await expect(receipt).to_be_focused()
    for told in (job(1).job_id, "Slot 2 · slot-002", "cd" * 32, "serg"):
        await expect(receipt).to_contain_text(told)
    await expect(gallery.locator("[data-picture]")).to_have_count(1)
    assert await violations(gallery) == []
    [entry] = [one for one in site.world.audit.entries if one.subject == job(1).job_id]
    assert entry.actor.name == "serg"


async def test_a_picture_gets_to_a_phone_by_keyboard(site: Site, gallery: Page) -> None:
    code = tile(gallery, 1).get_by_role("link", name=re.compile("^Снимок на телефон"))
    await code.focus()
    await code.press("Enter")
    dialog = gallery.get_by_role("dialog", name="Снимок на телефон")
    await expect(dialog.get_by_role("img", name="QR-код")).to_be_visible()
    await expect(dialog.get_by_role("link")).to_have_attribute(
        "href", f"http://127.0.0.1:{site.port}/public/results/{job(1).job_id}/page"
    )
    await expect(dialog.get_by_role("button", name="Закрыть")).to_be_focused()
    assert await violations(gallery) == []
    await gallery.keyboard.press("Enter")

    await expect(dialog).to_have_count(0)
    await expect(code).to_be_focused()


async def test_the_page_of_a_picture_asks_in_the_same_colour(gallery: Page) -> None:
    await gallery.goto(f"/gallery/{job(1).job_id}")
    delete = gallery.get_by_role("button", name="Удалить везде")
    await expect(delete).to_have_class(re.compile("danger"))
    await delete.click()
    asking = gallery.get_by_role("dialog").get_by_role("button", name="Удалить везде")
    await expect(asking).to_have_class(re.compile("danger"))
    assert await violations(gallery) == []


async def test_the_code_of_what_is_gone_is_none(site: Site, gallery: Page) -> None:
    await gallery.route("**/parts/gallery", lambda route: route.fulfill(status=503))
    await site.use_cases.delete_result(job(1).job_id, by=Actor(name="olga"))
    await tile(gallery, 1).locator("[data-code]").click()

    await expect(gallery.get_by_role("alert")).to_contain_text("Срок")
    await expect(gallery.get_by_role("dialog")).to_have_count(0)


async def test_all_slots_are_shared_for_a_quarter_of_an_hour(browser: Browser, site: Site) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    async with watched_page(browser, site, permissions=allowed) as page:
        await enter(page)
        await page.clock.install()
        await page.goto("/gallery")
        await page.get_by_role("button", name="Расшарить на 15 минут").click()
        card = page.get_by_role("region", name="Ссылка на снимки всех слотов")
        await expect(card).to_be_focused()
        await expect(card.get_by_role("img", name="QR-код")).to_be_visible()
        await page.clock.run_for(60_000)
        await expect(card.locator("[data-left]")).to_have_text(re.compile("^1[34]:[0-9]{2}$"))
        copy = card.get_by_role("button", name="Копировать")
        await copy.click()
        await expect(page.get_by_role("status")).to_contain_text("Скопировано")
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == f"http://127.0.0.1:{site.port}/public/gallery/gallery-key"
        assert await violations(page) == []
        await copy.focus()
        await page.clock.run_for(15 * 60_000)

        over = card.get_by_text("Время ссылки вышло")
        await expect(over).to_be_focused()
        await expect(copy).to_be_hidden()
        assert await violations(page) == []


async def test_links_of_slots_are_copied(browser: Browser, site: Site) -> None:
    await site.use_cases.configure_slot(
        "slot-003", {"gallery": "off"}, settings={}, by=Actor(name="test")
    )
    allowed = ["clipboard-read", "clipboard-write"]
    async with watched_page(browser, site, permissions=allowed) as page:
        await enter(page)
        await page.goto("/gallery")
        await page.get_by_text("Галереи слотов для гостей").click()
        await page.get_by_role("button", name="Копировать ссылку на галерею: Slot 2").click()
        await expect(page.get_by_role("status")).to_contain_text("Скопировано")
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == f"http://127.0.0.1:{site.port}/public/slots/slot-002"
        await expect(page.get_by_text("Гости не видят снимков этого слота")).to_be_visible()
        assert await violations(page) == []


async def test_whoever_may_not_follow_looks_again(browser: Browser, site: Site) -> None:
    await give_account(site.world, "serg", scopes=["slots:read"])
    async with watched_page(browser, site) as page:
        asked: list[tuple[str, str]] = []
        await enter(page)
        page.on("request", lambda one: asked.append((one.headers.get("referer", ""), one.url)))
        await page.clock.install()
        await page.goto("/gallery")
        await expect(page.get_by_text("Снимков пока нет")).to_be_visible()
        job_id = await photo(site)
        await page.clock.run_for(16_000)

        await expect(page.locator(f"#picture-{job_id}")).to_be_visible()
        assert await violations(page) == []
        ours = [url for referer, url in asked if referer.endswith("/gallery")]
        assert [url for url in ours if url.endswith("/parts/gallery")]
        assert not [url for url in ours if url.endswith("/api/events")]


async def test_what_may_have_changed_unseen_is_told(gallery: Page) -> None:
    await gallery.route("**/parts/gallery", lambda route: route.fulfill(status=500))
    await gallery.locator("#pictures").dispatch_event("outdated")

    await expect(gallery.get_by_text("Не удалось обновить")).to_be_visible()
    assert await violations(gallery) == []
    await gallery.unroute("**/parts/gallery")
    await gallery.locator("#pictures").dispatch_event("outdated")
    await expect(gallery.get_by_text("Не удалось обновить")).to_be_hidden()


async def test_previews_have_their_place_before_they_come(site: Site, serg: Page) -> None:
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await serg.route("**/preview", hold)
    await with_pictures(site, 2)
    await serg.goto("/gallery", wait_until="domcontentloaded")
    first, second = tile(serg, 1), tile(serg, 2)
    await expect(first).to_be_visible()
    before = [await one.bounding_box() for one in (first, second)]
    while len(held) < 2:
        await serg.wait_for_event("request")
    await draw(held[0])
    await held[1].fulfill(status=404)

    await expect(second.locator("img")).to_be_hidden()
    await expect(first.locator("img")).to_be_visible()
    assert [await one.bounding_box() for one in (first, second)] == before
    assert sum(await serg.evaluate(SHIFTS)) == 0
    assert await violations(serg) == []


async def test_a_preview_is_asked_for_once_more(site: Site, serg: Page) -> None:
    refused: list[str] = []

    async def refuse_first(route: Route) -> None:
        if refused:
            await draw(route)
        else:
            refused.append(route.request.url)
            await route.fulfill(status=429)

    await serg.route("**/preview", refuse_first)
    await with_pictures(site, 1)
    await serg.clock.install()
    await serg.goto("/gallery")
    preview = tile(serg, 1).locator("img")
    await expect(preview).to_have_class("missing")
    await serg.clock.run_for(10_000)

    await expect(preview).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_it_fits_on_a_phone(browser: Browser, site: Site, scheme: Any, language: str) -> None:
    await site.world.set_slot(display_name="Ж" * 80)
    await with_pictures(site, 15)
    how: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": 320, "height": 640}}
    async with watched_page(browser, site, **how) as page:
        await page.route("**/preview", draw)
        await enter(page)
        for path in (
            "/gallery?limit=20&",
            "/gallery?slot_id=slot-001&",
            f"/gallery/{job(15).job_id}?",
        ):
            await page.goto(f"{path}lang={language}")
            assert not await is_too_wide(page), path
            assert await violations(page) == [], path
        await page.goto("/gallery")
        await page.locator("form[action^='/gallery/share'] button").click()
        await expect(page.locator("#shared")).to_be_visible()
        assert not await is_too_wide(page)
        assert await violations(page) == []


async def test_it_works_without_scripts(browser: Browser, site: Site) -> None:
    await with_pictures(site, 12)
    async with watched_page(browser, site, java_script_enabled=False) as page:
        await log_in(page)
        await page.goto("/gallery")
        await page.get_by_role("link", name="Показать ещё").click()
        await expect(page.locator("[data-picture]")).to_have_count(12)
        await page.get_by_label("Слот").select_option("slot-002")
        await page.get_by_role("button", name="Показать").click()
        await expect(page.locator("[data-picture]")).to_have_count(1)
        await page.get_by_role("button", name="Расшарить на 15 минут").click()
        await expect(page.get_by_label("Ссылка на снимки всех слотов").last).to_be_visible()
        await page.locator("[data-code]").click()
        await expect(page.get_by_role("img", name="QR-код")).to_be_visible()
        await page.get_by_role("button", name="Удалить везде").click()
        await expect(page.get_by_role("region", name="Снимок удалён")).to_contain_text("serg")
        await expect(page.locator("[data-picture]")).to_have_count(10)
