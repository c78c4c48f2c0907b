"""What keeps people from using a page: too wide, or found by axe-core.

See https://github.com/dequelabs/axe-core.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from playwright.async_api import Page

_AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

_TO_REST: Final = """() => Promise.allSettled(
    document.getAnimations()
        .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
        .map((one) => one.finished)
)"""
"""Waits for what is still coming into view: half-way there it is paler than it will be."""

_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_LOOKED_FOR: Final = {
    "runOnly": _TAGS,
    "resultTypes": ["violations"],  # it need not tell where all is well, which takes time
}


async def is_too_wide(page: Page) -> bool:
    """Whether *page*, once all of it is there and at rest, has to be moved sideways."""
    await page.wait_for_load_state()  # pictures that are still coming have their words in place
    await page.evaluate(_TO_REST)
    return bool(await page.evaluate("document.documentElement.scrollWidth > innerWidth"))


async def violations(page: Page) -> list[str]:
    """Return what keeps people from using *page* as it is once at rest: which rule, and where."""
    await page.evaluate(_TO_REST)
    await page.evaluate(_AXE)  # by the debugger: no policy of the page has to let it in
    found = await page.evaluate("(options) => axe.run(document, options)", _LOOKED_FOR)
    return [
        f"{one['id']}: {node['target']}: {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
