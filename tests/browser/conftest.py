"""Pages in a real browser, of the real application over a core in memory.

All tests share one loop and one browser; each has a site, an address and cookies of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from photochanger_core.domain.account import Scope
from tests.logins import PASSWORD, give_account
from tests.web.running_site import Site, site_over
from tests.web.world import World

from .chromium import chromium
from .watched import watched_page

LOOP: Final = "session"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all tests of this folder on the loop that the browser is on."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.asyncio(loop_scope=LOOP), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope=LOOP)
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope=LOOP)
async def site() -> AsyncIterator[Site]:
    """A site with an administrator who may do everything."""
    async with site_over(World()) as running:
        await give_account(running.world, "serg", scopes=list(Scope))
        yield running


@pytest_asyncio.fixture(loop_scope=LOOP)
async def page(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """A page on which nothing goes wrong unseen. Its paths are those of the site."""
    async with watched_page(browser, site) as watched:
        yield watched


@pytest_asyncio.fixture(loop_scope=LOOP)
async def serg(page: Page) -> Page:
    """The same, of an administrator who has logged in."""
    await enter(page)
    return page


async def enter(page: Page) -> None:
    """Log in on the quick, and go where that leads."""
    await page.goto("/static/icon.svg")  # an address of the site, for `Origin`
    origin = await page.evaluate("location.origin")
    await page.request.post(
        "/login", form={"username": "serg", "password": PASSWORD}, headers={"Origin": origin}
    )
    await page.goto("/")


async def log_in(page: Page, password: str = PASSWORD) -> None:
    """Fill in the form and send it."""
    await page.goto("/login")
    await page.get_by_label("Имя пользователя").fill("serg")
    await page.get_by_label("Пароль", exact=True).fill(password)
    await page.get_by_role("button", name="Войти").click()
