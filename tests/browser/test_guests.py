"""Guests look at pictures, on phones and on the screen at the venue."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import QueueUnavailable
from tests.web.running_site import Site, site_over
from tests.web.test_public_pages import MOST_AT_FIRST
from tests.web.world import World

from .accessible import is_too_wide, violations
from .conftest import LOOP
from .guests import GALLERY, DrawableImages, look_again, page_of, take_picture
from .watched import watched_page

PHONE: Final[Any] = {"width": 390, "height": 844}
SMALL: Final[Any] = {"width": 320, "height": 640}
SCREEN: Final[Any] = {"width": 1920, "height": 1080}
HIGHER_THAN_THE_SCREEN: Final = "document.documentElement.scrollHeight > innerHeight"
NO_NETWORK: Final = "net::ERR_INTERNET_DISCONNECTED"
SERG: Final = Actor(name="serg")


@pytest_asyncio.fixture(loop_scope=LOOP)
async def site() -> AsyncIterator[Site]:
    async with site_over(World(images=DrawableImages())) as running:
        yield running


@pytest_asyncio.fixture(loop_scope=LOOP)
async def guest(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """A page of somebody whose phone is set to Russian."""
    async with watched_page(browser, site, locale="ru-RU", viewport=PHONE) as page:
        yield page


def pictures(page: Page) -> Any:
    return page.get_by_role("list", name="Фото, новые впереди").get_by_role("listitem")


async def shared(site: Site) -> str:
    return f"/public/gallery/{(await site.use_cases.share_gallery(by=SERG)).token}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [SMALL, PHONE, SCREEN])
async def test_nothing_keeps_anybody_from_looking(
    browser: Browser, site: Site, viewport: Any, scheme: Any
) -> None:
    job_id, path = await take_picture(site), await shared(site)
    shown = {"viewport": viewport, "color_scheme": scheme}
    async with watched_page(browser, site, **shown) as page:
        for at in (page_of(job_id), GALLERY, path, "/public/slots/slot-002", "/nothing"):
            for language in ("ru", "en"):
                await page.goto(f"{at}?lang={language}")
                await expect(page.locator("html")).to_have_attribute("lang", language)
                assert await violations(page) == [], at
                assert not await is_too_wide(page), at


async def test_the_whole_wall_is_seen_at_once(browser: Browser, site: Site) -> None:
    asked: list[str] = []
    async with watched_page(browser, site, viewport=SCREEN) as page:
        page.on("request", lambda request: asked.append(request.url))
        for number in range(10):
            await take_picture(site, number)
            if number in (0, 3, 7, 9):
                asked.clear()
                await page.goto(GALLERY, wait_until="networkidle")
                assert not await page.evaluate(HIGHER_THAN_THE_SCREEN), number
        await expect(page.locator(".picture .code")).to_have_count(10)
        await expect(page.locator(".picture .code").last).to_be_visible()
    assert len(asked) <= MOST_AT_FIRST


async def test_pictures_come_and_go_by_themselves(site: Site, guest: Page) -> None:
    await guest.goto(GALLERY)
    await expect(guest.get_by_text("Здесь скоро будут фото")).to_be_visible()
    first = await take_picture(site, 1)
    await look_again(guest)
    await expect(pictures(guest)).to_have_count(1)
    await expect(guest.get_by_text("Появилось новое фото")).to_be_attached()
    await expect(guest.get_by_text("Здесь скоро будут фото")).to_be_hidden()
    assert await violations(guest) == []

    await guest.get_by_role("link", name="Скачать").focus()
    await take_picture(site, 2)
    await look_again(guest)
    await expect(pictures(guest)).to_have_count(2)
    await expect(pictures(guest).last.get_by_role("link", name="Скачать")).to_be_focused()

    await site.use_cases.delete_result(first, by=SERG)
    await look_again(guest)
    await expect(pictures(guest)).to_have_count(1)
    await expect(guest.locator("main")).to_be_focused()  # what had it is gone
    await expect(guest.locator(f"#picture-{first}")).to_have_count(0)


async def test_what_is_looked_at_is_asked_for_by_itself_and_sent_once(
    site: Site, guest: Page
) -> None:
    await take_picture(site)
    await guest.clock.install()
    await guest.goto(GALLERY)
    statuses = []
    for turn in range(4):
        async with guest.expect_response("**/pictures?*") as coming:
            await guest.clock.fast_forward(7_000)
        statuses.append((await coming.value).status)
        if turn == 0:
            await take_picture(site, 2)

    assert statuses == [304, 200, 304, 304]
    await expect(pictures(guest)).to_have_count(2)


async def test_a_picture_past_its_time_goes_without_the_network(
    browser: Browser, site: Site
) -> None:
    async with watched_page(browser, site, ignoring=[NO_NETWORK], locale="ru-RU") as page:
        await page.clock.install()
        await take_picture(site)
        await page.goto(GALLERY)
        await expect(pictures(page)).to_have_count(1)
        await page.context.set_offline(True)
        await page.clock.fast_forward(73 * 3600_000)

        await expect(pictures(page)).to_have_count(0)
        await expect(page.get_by_text("Здесь скоро будут фото")).to_be_visible()


async def test_that_there_is_no_connection_is_told(browser: Browser, site: Site) -> None:
    async with watched_page(browser, site, ignoring=[NO_NETWORK], locale="ru-RU") as page:
        await take_picture(site)
        await page.goto(GALLERY)
        await page.context.set_offline(True)
        await expect(page.get_by_text("Нет связи")).to_be_visible()
        await expect(pictures(page)).to_have_count(1)
        assert await violations(page) == []
        await page.context.set_offline(False)
        await expect(page.get_by_text("Нет связи")).to_be_hidden()


async def test_a_server_that_is_away_is_waited_for(site: Site, guest: Page) -> None:
    await take_picture(site)
    await guest.goto(GALLERY)
    site.world.slots.failing = QueueUnavailable()
    await look_again(guest)
    await expect(guest.get_by_text("Нет связи")).to_be_visible()
    await expect(pictures(guest)).to_have_count(1)

    site.world.slots.failing = None
    await look_again(guest)
    await expect(guest.get_by_text("Нет связи")).to_be_hidden()


async def test_a_gallery_that_is_closed_shows_nothing_more_until_it_is_open(
    site: Site, guest: Page
) -> None:
    await take_picture(site)
    await guest.goto(GALLERY)
    await site.world.set_slot(gallery="off")
    await look_again(guest)
    await expect(guest.get_by_role("alert")).to_contain_text("Галерея недоступна")
    await expect(guest.locator("main img")).to_have_count(0)
    await expect(guest).to_have_title(re.compile("Галерея недоступна"))
    assert await violations(guest) == []

    await site.world.set_slot(gallery="open")
    await look_again(guest)
    await expect(pictures(guest)).to_have_count(1)


async def test_a_shared_gallery_ends_while_it_is_open(site: Site, guest: Page) -> None:
    await guest.clock.install()
    await take_picture(site)
    await guest.goto(await shared(site))
    await expect(
        guest.get_by_text(re.compile(r"Ссылка действует ещё\s+1[45]:\d\d"))
    ).to_be_visible()
    await guest.clock.fast_forward(16 * 60_000)

    await expect(guest.get_by_role("alert")).to_contain_text("Ссылка больше не действует")
    await expect(guest.locator("main img")).to_have_count(0)
    assert await violations(guest) == []


async def test_the_picture_goes_when_its_time_is_over(site: Site, guest: Page) -> None:
    await guest.clock.install()
    path = page_of(await take_picture(site))
    await guest.goto(path)
    await expect(guest.get_by_text(re.compile(r"Хранится ещё\s+7[12] ч"))).to_be_visible()
    await guest.get_by_role("link", name="Скачать фото").focus()
    await guest.clock.fast_forward(71 * 3600_000 + 1800_000)
    await expect(guest.get_by_text(re.compile(r"Хранится ещё\s+(29|30):\d\d"))).to_be_visible()
    await guest.clock.fast_forward(1900_000)

    await expect(guest.get_by_role("alert")).to_contain_text("Срок хранения истёк")
    await expect(guest.locator("main img")).to_have_count(0)
    await expect(guest.locator("main")).to_be_focused()
    await expect(guest).to_have_title("Срок хранения истёк · PhotoChanger")
    assert await violations(guest) == []
    site.world.clock.stepped += timedelta(hours=73)
    gone = await guest.goto(path)
    assert gone is not None
    assert gone.status == 410
    await expect(guest.get_by_role("heading", name="Срок хранения истёк")).to_be_visible()


async def test_the_picture_goes_when_it_is_deleted(site: Site, guest: Page) -> None:
    job_id = await take_picture(site)
    await guest.goto(page_of(job_id))
    await expect(guest.get_by_alt_text("Готовое фото")).to_be_visible()
    await site.use_cases.delete_result(job_id, by=SERG)
    await look_again(guest)

    await expect(guest.get_by_role("alert")).to_contain_text("Этого фото больше нет")
    await expect(guest.locator("main img")).to_have_count(0)


async def test_a_picture_is_taken_home_by_keyboard(site: Site, guest: Page) -> None:
    await take_picture(site)
    await guest.goto(GALLERY)
    open_it = guest.get_by_role("link", name="Открыть фото")
    for _ in range(9):
        await guest.keyboard.press("Tab")
        if await open_it.evaluate("(it) => it === document.activeElement"):
            break
    await guest.keyboard.press("Enter")
    await expect(guest).to_have_url(re.compile("/page$"))
    save = guest.get_by_role("link", name="Скачать фото")
    for _ in range(9):
        await guest.keyboard.press("Tab")
        if await save.evaluate("(it) => it === document.activeElement"):
            break
    async with guest.expect_download() as coming:
        await guest.keyboard.press("Enter")
    assert (await coming.value).suggested_filename == "result.jpg"


async def test_the_language_is_switched_and_stays(site: Site, guest: Page) -> None:
    job_id = await take_picture(site)
    await guest.goto(page_of(job_id))
    await guest.get_by_role("link", name="English").click()
    await expect(guest.get_by_role("heading", name="Your picture is ready")).to_be_visible()
    await guest.goto(GALLERY)
    await expect(guest.get_by_role("link", name="Open the picture")).to_be_visible()
    assert [one.get("name") for one in await guest.context.cookies()] == ["language"]


async def test_how_to_save_is_told_on_phones(site: Site, guest: Page) -> None:
    await guest.goto(page_of(await take_picture(site)))

    await expect(guest.get_by_text("iPhone: удерживайте палец")).to_be_visible()
    await expect(guest.get_by_text("Android: нажмите")).to_be_visible()


async def test_a_phone_that_can_share_pictures_offers_to(site: Site, guest: Page) -> None:
    await guest.add_init_script(
        """navigator.canShare = ({ files }) => files[0].type === "image/jpeg";
        navigator.share = async ({ files }) => { window.shared = files[0].name; };"""
    )
    await guest.goto(page_of(await take_picture(site)))
    await guest.get_by_role("button", name="Поделиться").click()

    assert await guest.evaluate("window.shared") == "photo.jpeg"
    assert await violations(guest) == []


async def test_a_picture_that_does_not_come_is_tried_again(site: Site, guest: Page) -> None:
    job_id = await take_picture(site)
    await guest.route("**/*inline=1", lambda route: route.fulfill(status=503))
    await guest.goto(page_of(job_id))
    await expect(guest.get_by_role("alert")).to_contain_text("Фото не загрузилось")
    assert await violations(guest) == []
    await guest.unroute("**/*inline=1")
    await guest.get_by_role("button", name="Повторить").click()

    await expect(guest.get_by_role("alert")).to_have_count(0)
    await expect(guest.locator("#whole:not([data-failed])")).to_be_visible()


async def test_a_page_that_could_not_be_shown_opens_by_itself(site: Site, guest: Page) -> None:
    site.world.slots.failing = QueueUnavailable()
    await guest.clock.install()
    await guest.goto(GALLERY)
    await expect(guest.get_by_role("heading", name="Сервис ненадолго недоступен")).to_be_visible()
    assert await violations(guest) == []
    site.world.slots.failing = None
    await guest.clock.fast_forward(11_000)

    await expect(guest.get_by_text("Здесь скоро будут фото")).to_be_visible()
