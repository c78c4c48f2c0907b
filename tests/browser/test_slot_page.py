"""A slot is set up in a browser."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from photochanger_adapters.memory.provider import Step
from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import ProviderServerError
from photochanger_core.domain.picture import MediaType
from photochanger_core.ports.provider import Operation
from tests.logins import give_account
from tests.pictures import flat
from tests.web.running_site import Site
from tests.web.test_slot_page import SCHEMA, SWAP

from .accessible import is_too_wide, violations
from .conftest import LOOP, enter, log_in
from .watched import watched_page

PATH: Final = "/slots/slot-001"
JPEG: Final = flat(MediaType.JPEG, (64, 48))
PICTURE: Final[Any] = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
DROP: Final = """(area) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 7])], "b.jpg",
        {type: "image/jpeg"}));
    area.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
}"""


@pytest_asyncio.fixture(loop_scope=LOOP)
async def slot_page(site: Site, serg: Page) -> Page:
    give_operations(site)
    await serg.goto(PATH)
    return serg


def give_operations(site: Site) -> None:
    site.world.provider.operations = {
        "image_edit": Operation(schema=SCHEMA),
        "swap": Operation(schema=SWAP, requires_public_media=True),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_keeps_anybody_from_using_it(
    browser: Browser, site: Site, scheme: Any
) -> None:
    give_operations(site)
    how: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": 320, "height": 700}}
    async with watched_page(browser, site, **how) as page:
        await enter(page)
        await page.goto(PATH)
        for closed in await page.locator("summary").all():
            await closed.click()
        assert await violations(page) == []
        assert not await is_too_wide(page)
        await site.use_cases.configure_slot(
            "slot-001", {"display_name": "Theirs"}, settings={}, by=Actor(name="olga")
        )
        await page.get_by_label("Название").fill("Mine")
        await page.get_by_role("button", name="Сохранить").last.click()
        await expect(page.get_by_role("alert").first).to_contain_text("olga")
        assert await violations(page) == []
        assert not await is_too_wide(page)


async def test_a_change_shows_until_it_is_saved(site: Site, slot_page: Page) -> None:
    badge = slot_page.get_by_text("Не сохранено", exact=True)
    await expect(badge).to_be_hidden()
    prompt = slot_page.get_by_label("Промпт")
    await prompt.fill("На пляже")
    await expect(slot_page.locator(".count span").first).to_have_text("8")
    await expect(badge).to_be_visible()
    await prompt.press("Tab")
    await slot_page.get_by_role("button", name="Сохранить").last.click()
    await expect(slot_page.get_by_text("Сохранено. Следующее")).to_be_visible()
    assert (await site.world.slots.all())[0].settings["prompt"] == "На пляже"


async def test_another_operation_brings_its_fields(site: Site, slot_page: Page) -> None:
    await slot_page.get_by_label("Промпт").fill("Keep me")
    await slot_page.get_by_label("Провайдер и операция").select_option("gemini/swap")
    await expect(slot_page.get_by_label("Sharp")).to_be_checked()
    await expect(slot_page.get_by_label("Prompt")).to_have_value("Keep me")
    await slot_page.get_by_role("button", name="Сохранить").last.click()
    await expect(slot_page.get_by_text("Сохранено. Следующее")).to_be_visible()
    assert (await site.world.slots.all())[0].operation == "swap"


async def test_templates_come_and_go(site: Site, slot_page: Page) -> None:
    await slot_page.get_by_label("Кликните или перетащите").set_input_files(PICTURE)
    await expect(slot_page.get_by_role("img", name="Изображение №2")).to_be_visible()
    await slot_page.locator("[data-drop]").evaluate(DROP)
    await expect(slot_page.get_by_role("img", name="Изображение №3")).to_be_visible()
    await slot_page.get_by_role("button", name="Убрать").first.click()
    await expect(slot_page.get_by_role("img", name="Изображение №3")).to_have_count(0)
    await slot_page.get_by_label("Изображение №2").select_option("background")
    await slot_page.get_by_role("button", name="Сохранить").last.click()
    await expect(slot_page.get_by_text("Сохранено. Следующее")).to_be_visible()
    [template] = (await site.world.slots.all())[0].template_media
    assert template.media_kind == "background"


async def test_what_is_not_saved_is_tried(site: Site, slot_page: Page) -> None:
    site.world.provider.script.append(Step(0.0, JPEG))
    await slot_page.get_by_label("Промпт").fill("Not saved")
    await slot_page.get_by_label("Тестовое фото").set_input_files(PICTURE)
    await slot_page.get_by_role("button", name="Протестировать конфигурацию").click()
    await expect(slot_page.get_by_text("Готово за")).to_be_visible()
    await expect(slot_page.get_by_text("сохранение")).to_be_visible()
    await expect(slot_page.get_by_role("img", name="Исходное фото")).to_be_visible()
    await expect(slot_page.get_by_role("img", name="Результат")).to_be_in_viewport()
    [call] = site.world.provider.calls
    assert call.order.settings["prompt"] == "Not saved"
    assert await violations(slot_page) == []


async def test_a_preset_fills_in_the_form_and_saves_nothing(site: Site, slot_page: Page) -> None:
    await slot_page.get_by_label("Название").fill("Kept")
    await slot_page.get_by_role("button", name="Комикс").click()
    await expect(slot_page.get_by_label("Промпт")).to_have_value(re.compile("кадр яркого комикса"))
    await expect(slot_page.get_by_label("Промпт")).to_be_in_viewport(ratio=1)
    await expect(slot_page.get_by_label("Название")).to_have_value("Kept")
    await expect(slot_page.get_by_text("Пока ничего не сохранено")).to_be_visible()
    await expect(slot_page.get_by_text("Не сохранено", exact=True)).to_be_visible()
    assert (await site.world.slots.all())[0].version == 1


async def test_rows_come_and_go(site: Site, slot_page: Page) -> None:
    await slot_page.get_by_text("Тонкие настройки").click()
    for what in ("a", "b", "c"):
        await slot_page.get_by_role("button", name="Добавить").click()
        await expect(slot_page.get_by_label("What").last).to_be_focused()
        await slot_page.get_by_label("What").last.select_option(what)
    await slot_page.get_by_label("Least").first.fill("5")
    assert await violations(slot_page) == []
    await (
        slot_page.get_by_role("group", name="Rules")
        .get_by_role("button", name="Убрать")
        .nth(1)
        .click()
    )
    await slot_page.get_by_role("button", name="Сохранить").last.click()
    await expect(slot_page.get_by_text("Сохранено. Следующее")).to_be_visible()
    saved = (await site.world.slots.all())[0].settings["limits"]
    assert saved == [{"what": "a", "least": 5}, {"what": "c"}]


async def test_the_test_tells_whoever_may_not_see_figures(browser: Browser, site: Site) -> None:
    give_operations(site)
    await give_account(site.world, "serg", scopes=["slots:read", "slots:write"])
    site.world.provider.error = ProviderServerError("model is overloaded today")
    await site.world.set_slot(retry={"error_tries": 1})
    async with watched_page(browser, site) as page:
        await enter(page)
        await page.goto(PATH)
        await page.get_by_label("Тестовое фото").set_input_files(PICTURE)
        await page.get_by_role("button", name="Протестировать конфигурацию").click()
        await expect(page.get_by_text("model is overloaded today")).to_be_visible()


async def test_another_slot_is_copied_once_that_is_confirmed(site: Site, slot_page: Page) -> None:
    changes = {"display_name": "Свадьба", "settings": {"prompt": "Theirs"}, "size_limit_mb": 7}
    await site.use_cases.configure_slot("slot-002", changes, settings={}, by=Actor(name="olga"))
    await slot_page.reload()
    await slot_page.get_by_label("Из какого слота").select_option("slot-002")
    await slot_page.get_by_role("button", name="Показать, что изменится").click()
    await expect(slot_page.get_by_role("heading", name="Заменить настройки")).to_be_visible()
    await expect(slot_page.get_by_text("Размер фото, МиБ")).to_be_visible()
    assert await violations(slot_page) == []
    await slot_page.get_by_role("button", name="Заменить").click()
    await expect(slot_page.get_by_text("Настройки скопированы")).to_be_visible()
    saved = (await site.world.slots.all())[0]
    assert (saved.display_name, saved.size_limit_mb) == ("Slot 1", 7)


async def test_the_providers_words_are_told(site: Site, slot_page: Page) -> None:
    site.world.provider.error = ProviderServerError("model is overloaded today")
    await slot_page.get_by_label("Тестовое фото").set_input_files(PICTURE)
    await slot_page.get_by_role("button", name="Протестировать конфигурацию").click()
    await expect(slot_page.get_by_text("model is overloaded today")).to_be_visible(timeout=20_000)


async def test_a_version_is_brought_back_once_that_is_confirmed(
    site: Site, slot_page: Page
) -> None:
    await site.use_cases.configure_slot(
        "slot-001", {"display_name": "Second"}, settings={}, by=Actor(name="olga")
    )
    await slot_page.reload()
    await slot_page.get_by_role("button", name="Вернуть версию 1").click()
    await slot_page.get_by_role("dialog").get_by_role("button", name="Вернуть").click()
    await expect(slot_page.get_by_text("Прежняя версия возвращена.")).to_be_visible()
    assert (await site.world.slots.all())[0].display_name == "Slot 1"


async def test_it_works_without_scripts(browser: Browser, site: Site) -> None:
    give_operations(site)
    async with watched_page(browser, site, java_script_enabled=False) as page:
        await log_in(page)
        await page.goto(PATH)
        await expect(page.get_by_text("включён JavaScript")).to_be_visible()
        await page.get_by_label("Промпт").fill("Keep me")
        await page.get_by_label("Кликните или перетащите").set_input_files(PICTURE)
        await page.get_by_role("button", name="Загрузить").click()
        await expect(page.get_by_role("img", name="Изображение №2")).to_be_visible()
        await expect(page.get_by_label("Промпт")).to_have_value("Keep me")
        heic: Any = {"name": "a.heic", "mimeType": "image/heic", "buffer": b"no picture"}
        await page.get_by_label("Кликните или перетащите").set_input_files(heic)
        await page.get_by_role("button", name="Загрузить").click()
        await expect(page.get_by_role("alert").first).to_contain_text("JPEG")
        await expect(page.get_by_label("Промпт")).to_have_value("Keep me")
        await page.get_by_label("Провайдер и операция").select_option("gemini/swap")
        await page.get_by_role("button", name="Показать поля операции").first.click()
        await expect(page.get_by_label("Prompt")).to_have_value("Keep me")
        await page.get_by_role("button", name="Сохранить").last.click()
        await expect(page.get_by_text("Сохранено. Следующее")).to_be_visible()
        saved = (await site.world.slots.all())[0]
        assert (saved.operation, len(saved.template_media)) == ("swap", 1)
