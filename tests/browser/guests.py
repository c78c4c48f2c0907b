"""What guests look at: pictures that a browser can draw."""

from __future__ import annotations

from typing import Final

from attrs import frozen
from playwright.async_api import Page

from photochanger_core.domain.blob import Blob
from photochanger_core.domain.picture import MediaType, PictureFacts
from photochanger_core.ports.images import Drawn
from photochanger_core.ports.media_store import Spool
from tests.pictures import JPEG, WEBP, picture
from tests.web.booth import PASSWORD_PART, file, post
from tests.web.running_site import Site
from tests.web.world import HeldImages

GALLERY: Final = "/public/slots/slot-001"

_SMALL: Final = picture(WEBP)


@frozen
class DrawableImages(HeldImages):
    """Images in memory whose previews are some."""

    async def preview(self, picture: Blob, *, into: Spool, seconds: float) -> Drawn:
        await into.write(_SMALL)
        facts = PictureFacts(media_type=MediaType.WEBP, width=self.width, height=self.height)
        return Drawn(facts=facts, is_changed=True)


async def take_picture(site: Site, number: int = 1) -> str:
    """Send the photo of a guest, and return the id of the job."""
    photo = picture(JPEG, size=(60 + number, 80))
    return (await post(site.port, [PASSWORD_PART, file(photo)])).headers["x-job-id"]


def page_of(job_id: str) -> str:
    return f"/public/results/{job_id}/page"


async def look_again(page: Page) -> None:
    """Have the page ask the server now, as it does when the network is back."""
    await page.evaluate("dispatchEvent(new Event('online'))")
