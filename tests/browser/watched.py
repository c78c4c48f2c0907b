"""Pages on which nothing goes wrong unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, Final

from attrs import define, field
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request

from tests.web.running_site import Site

_REFUSED: Final = "Failed to load resource: the server responded with a status of "
"""What Chromium says of each answer from 400 on; those are looked at in the tests."""


@define(slots=False)  # Playwright keeps a note on its listeners
class Watch:
    """What has gone wrong on a page."""

    origin: str
    seen: list[str] = field(factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # Violations of the content security policy are told here, too.
        if message.type in ("error", "warning") and not message.text.startswith(_REFUSED):
            self.seen.append(f"{message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self.seen.append(f"exception: {error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.seen.append(f"elsewhere: {request.url}")


@asynccontextmanager
async def watched_page(
    browser: Browser, site: Site, *, ignoring: Collection[str] = (), **context: Any
) -> AsyncIterator[Page]:
    """Yield a page of a new profile, and fail afterwards if anything went wrong on it.

    Args:
        browser: To open it in.
        site: Whose paths it goes to.
        ignoring: What may be told nevertheless.
        context: Of the profile, as `Browser.new_context` takes it.
    """
    origin = f"http://127.0.0.1:{site.port}"
    opened = await browser.new_context(base_url=origin, **context)
    opened.set_default_timeout(10_000)
    page, watch = await opened.new_page(), Watch(origin)
    watch.follow(page)
    try:
        yield page
        assert [one for one in watch.seen if not any(part in one for part in ignoring)] == []
    finally:
        await opened.close()
