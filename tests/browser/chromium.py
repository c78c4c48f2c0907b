"""The Chromium that the tests run in: whichever this machine has."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, async_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

_OPTIONS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-gpu",
)


class NoBrowser(Exception):
    """There is no Chromium on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "no Chromium found: apt-get install chromium (Debian), or any of "
            f"{', '.join(_NAMES)} on the PATH, or CHROMIUM=/path/to/it"
        )


def executable() -> str:
    """Return the path of a Chromium.

    Raises:
        NoBrowser: If there is none.
    """
    found = filter(None, (os.environ.get("CHROMIUM"), *map(shutil.which, _NAMES)))
    path = next(found, None)
    if path is None:
        raise NoBrowser
    return path


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Yield a Chromium with a profile of its own, forgotten afterwards."""
    sandbox = os.geteuid() != 0  # as root there is none to be had
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable(), args=list(_OPTIONS), chromium_sandbox=sandbox
        )
        try:
            yield browser
        finally:
            await browser.close()
