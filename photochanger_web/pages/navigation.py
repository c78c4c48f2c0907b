"""Where pages lead to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from aiohttp import web
from attrs import frozen

from photochanger_core.domain.account import Scope
from photochanger_web.keys import CLAIMS

HOME: Final = "/slots"
LOGIN: Final = "/login"
SETTINGS: Final = "/settings"
STATISTICS: Final = "/statistics"
GALLERY: Final = "/gallery"
JOBS: Final = "/jobs"
AUDIT: Final = "/audit"


@frozen(kw_only=True)
class Link:
    """A link in the header.

    Attributes:
        name: Its text is `layout.NAME`, its picture the icon of that name.
        scope: What an account must be allowed to see it.
    """

    name: str
    path: str
    scope: Scope

    def leads_to(self, here: str) -> bool:
        """Whether the page at *here* is this one, or below it."""
        path = here.partition("?")[0]
        return path == self.path or path.startswith(f"{self.path}/")


LINKS: Final = (
    Link(name="slots", path=HOME, scope=Scope.SLOTS_READ),
    Link(name="statistics", path=STATISTICS, scope=Scope.STATS_READ),
    Link(name="gallery", path=GALLERY, scope=Scope.SLOTS_READ),
    Link(name="jobs", path=JOBS, scope=Scope.STATS_READ),
    Link(name="audit", path=AUDIT, scope=Scope.SETTINGS_READ),
    Link(name="settings", path=SETTINGS, scope=Scope.SETTINGS_READ),
)
"""In the header of every page, in their order, and only to pages that there are."""


def links_for(request: web.Request) -> Sequence[Link]:
    """Return the links that are of use to whoever makes *request*."""
    return [link for link in LINKS if link.scope in request[CLAIMS].scopes]


def first_page(scopes: Collection[Scope]) -> str:
    """Return where those begin who may do what *scopes* name: at the first page they may see."""
    return next((link.path for link in LINKS if link.scope in scopes), HOME)
