"""Take screenshots: `python -m tests.screenshots [FOLDER] [NAME …]`."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Final

import structlog
from attrs import asdict, frozen
from playwright.async_api import Browser, Page, ViewportSize

from photochanger_web.config import WebConfig
from tests.browser.chromium import chromium
from tests.logins import PASSWORD
from tests.web.running_site import Site, site_over

from .event import Event, EventWorld, going_on, held
from .shots import SHOTS, Shot

_FOLDER: Final = "build/screenshots"
_CONFIG: Final = WebConfig(
    public_base_url="https://photo.example", trusted_proxies=(IPv4Network("127.0.0.0/8"),)
)
"""As it is in use: behind a proxy that has a name and ends TLS."""

_WIDTHS: Final = {"desktop": (1280, 800), "phone": (390, 844)}
_SCHEMES: Final = ("light", "dark")
_LANGUAGES: Final = {"ru": "ru-RU", "en": "en-GB"}
_PICTURES: Final = """() => Promise.all([...document.images].map((one) => {
    one.loading = "eager"; // also those further down
    return one.decode().catch(() => null);
}))"""


@frozen(kw_only=True)
class Look:
    """How pages are looked at."""

    size: str
    scheme: str
    language: str

    def __str__(self) -> str:
        return f"{self.size}-{self.scheme}-{self.language}"

    @property
    def viewport(self) -> ViewportSize:
        """How large the window is."""
        width, height = _WIDTHS[self.size]
        return {"width": width, "height": height}

    @property
    def context(self) -> dict[str, Any]:
        """What a browser is told of it."""
        return {
            "viewport": self.viewport,
            "has_touch": self.size == "phone",
            "color_scheme": self.scheme,
            "locale": _LANGUAGES[self.language],
            "timezone_id": "Europe/Moscow",
            "reduced_motion": "reduce",
            "extra_http_headers": {"X-Forwarded-Proto": "https"},
        }


_LOOKS: Final = tuple(
    Look(size=size, scheme=scheme, language=language)
    for size, scheme, language in itertools.product(_WIDTHS, _SCHEMES, _LANGUAGES)
)


@frozen(kw_only=True)
class Camera:
    """Takes pictures of pages.

    Attributes:
        folder: Where they are put.
    """

    browser: Browser
    site: Site
    event: Event
    folder: Path

    async def take_all(self, shots: Collection[Shot], look: Look) -> None:
        """Take each of *shots*, first as a guest."""
        for is_for_guests in (True, False):
            async with self._page(look) as page:
                if not is_for_guests:
                    await _enter(page)
                for shot in shots:
                    if shot.is_for_guests is is_for_guests:
                        await self._take(page, shot, look)

    async def _take(self, page: Page, shot: Shot, look: Look) -> None:
        path = shot.path.format(**asdict(self.event))
        path += f"{'&' if '?' in path else '?'}lang={look.language}"
        answer = await page.goto(path)
        if answer is None or answer.status != shot.status:
            print(f"left out: {path} is answered with {answer and answer.status}")  # noqa: T201
            return
        while shot.pressed is not None and await page.locator(shot.pressed).count():
            await page.locator(shot.pressed).first.click()
        await page.evaluate(_PICTURES)
        file = self.folder / f"{shot.name}-{look}.png"
        await _unroll(page)
        await page.screenshot(path=file, animations="disabled")
        await page.set_viewport_size(look.viewport)
        print(file)  # noqa: T201 - it takes minutes

    @asynccontextmanager
    async def _page(self, look: Look) -> AsyncIterator[Page]:
        origin = f"http://127.0.0.1:{self.site.port}"
        context = await self.browser.new_context(base_url=origin, **look.context)
        try:
            yield await context.new_page()
        finally:
            await context.close()


async def _unroll(page: Page) -> None:
    """Have a window that is as high as *page*: what sticks to its edges covers nothing."""
    width, height = await page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    await page.set_viewport_size({"width": width, "height": height})


async def _enter(page: Page) -> None:
    """Log in, as a browser does that is behind a proxy."""
    await page.request.post(
        "/login",
        form={"username": "serg", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
    )


async def take(folder: Path, names: Collection[str], looks: Collection[Look] = _LOOKS) -> None:
    """Put a picture of each page, or of those called *names*, in each of *looks* into *folder*."""
    shots = [shot for shot in SHOTS if not names or shot.name in names]
    async with site_over(EventWorld(), _CONFIG) as site, chromium() as browser:
        camera = Camera(browser=browser, site=site, event=await held(site), folder=folder)
        async with going_on(site.world):
            for look in looks:
                await camera.take_all(shots, look)


def main() -> None:
    """Do what the command line says."""
    names = [shot.name for shot in SHOTS]
    parser = argparse.ArgumentParser(prog="nox -s screenshots --", description=__doc__)
    parser.add_argument("folder", nargs="?", default=_FOLDER, type=Path)
    parser.add_argument("names", nargs="*", choices=[*names, []], metavar="NAME", default=[])
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    given.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(given.folder, given.names))


if __name__ == "__main__":
    main()
