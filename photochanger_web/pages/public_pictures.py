"""Pictures as guests see them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from aiohttp import web
from attrs import frozen
from markupsafe import Markup

from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.job import Job
from photochanger_web.links import PREVIEW, RESULT, RESULT_PAGE, public_path, result_page_url
from photochanger_web.qr_code import qr_code


@frozen(kw_only=True)
class PicturePlace:
    """Where a picture is, on this server, whatever it is called here.

    Attributes:
        page: Its page.
        file: The picture to be saved.
        preview: The small one.
    """

    page: str
    file: str
    preview: str


@frozen(kw_only=True)
class ShownPicture(PicturePlace):
    """A picture with where it is.

    Attributes:
        job: What it was made by.
        code: The link to its page for phones that look at the screen.
        source: What its slot is called; None: that goes without saying.
    """

    job: Job
    code: Markup
    source: str | None = None


def place_of(request: web.Request, job: Job) -> PicturePlace:
    """Return where the picture of *job* is."""
    return PicturePlace(**_addresses(request, job))


def shown_picture(request: web.Request, job: Job, *, source: str | None = None) -> ShownPicture:
    """Return the picture of *job* for a page."""
    return ShownPicture(
        **_addresses(request, job),
        job=job,
        code=qr_code(result_page_url(request, job.job_id)),
        source=source,
    )


async def shown_pictures(
    request: web.Request,
    jobs: Iterable[Job],
    sources: Mapping[SlotId, str] = MappingProxyType({}),
) -> Sequence[ShownPicture]:
    """Return the pictures of *jobs* for a page; *sources*: what to call their slots."""
    shown = []
    for job in jobs:
        shown.append(shown_picture(request, job, source=sources.get(job.slot_id)))
        await asyncio.sleep(0)  # whoever else waits is not to wait for a hundred codes
    return shown


def _addresses(request: web.Request, job: Job) -> Mapping[str, str]:
    return {
        "page": public_path(request, RESULT_PAGE, job_id=job.job_id),
        "file": public_path(request, RESULT, job_id=job.job_id),
        "preview": public_path(request, PREVIEW, job_id=job.job_id),
    }
