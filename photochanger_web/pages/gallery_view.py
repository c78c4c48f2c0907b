"""What the gallery shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from aiohttp import web
from attrs import frozen
from markupsafe import Markup
from yarl import URL

from photochanger_core.domain.gallery_link import LINK_LIFE
from photochanger_core.domain.job import Job
from photochanger_core.domain.slot import Slot
from photochanger_core.use_cases.browse_pictures import MOST_PICTURES, PicturePage
from photochanger_core.use_cases.share_gallery import SharedGallery
from photochanger_web.keys import USE_CASES
from photochanger_web.links import gallery_url, shared_gallery_url
from photochanger_web.locale import page_text
from photochanger_web.qr_code import qr_code

from .ago import Texts
from .language import language_of_page
from .navigation import GALLERY

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE


@frozen(kw_only=True)
class Left:
    """How much time there is left: in words, and in seconds for scripts to count down."""

    seconds: int
    words: str


@frozen(kw_only=True)
class Picture:
    """What is shown of a picture, and *at* which moment it was done."""

    job_id: str
    slot_id: str
    slot_name: str
    at: datetime
    left: Left


@frozen(kw_only=True)
class SlotGallery:
    """Where guests see the pictures of a slot.

    Attributes:
        gallery: Who does: `open`, `key`, `off`.
        url: None: nobody does.
    """

    slot_id: str
    name: str
    gallery: str
    url: str | None


@frozen(kw_only=True)
class Shared:
    """A link to the pictures of all slots, just made."""

    url: str
    code: Markup
    left: Left


@frozen(kw_only=True)
class Board:
    """What the gallery shows.

    Attributes:
        galleries: Of all slots, in the order of their ids.
        wanted: What was asked for.
        slot_id: Whose pictures are shown; None: those of all slots.
        more: Where there are more pictures; None: there are none.
        is_next: Whether those are shown by themselves, not beside these.
        part: Where the pictures are read again.
        newest: Where the youngest of them are; None: they are shown.
    """

    pictures: Sequence[Picture]
    galleries: Sequence[SlotGallery]
    wanted: Mapping[str, Any]
    slot_id: str | None
    more: str | None
    is_next: bool
    part: str
    newest: str | None


async def board_of(request: web.Request, wanted: Mapping[str, Any]) -> Board:
    """Return what is shown of the pictures that are *wanted*; raises what `BrowsePictures` does."""
    page = await request.app[USE_CASES].browse_pictures(wanted)
    fits = len(page.jobs) + page.usual <= MOST_PICTURES
    of_slot = {name: wanted[name] for name in ("slot_id",) if name in wanted}
    return Board(
        pictures=[
            shown_picture(request, job, page.slots[job.slot_id], page.at) for job in page.jobs
        ],
        galleries=[_slot_gallery(request, slot) for slot in page.slots.values()],
        wanted=wanted,
        slot_id=wanted.get("slot_id"),
        more=_more(page, wanted, fits=fits),
        is_next=not fits,
        part=str(URL("/parts/gallery").with_query(dict(wanted))),
        newest=here_of(of_slot) if "before" in wanted else None,
    )


def here_of(wanted: Mapping[str, Any]) -> str:
    """Return the address of the gallery that shows what is *wanted*."""
    return str(URL(GALLERY).with_query(dict(wanted)))


def shown_picture(request: web.Request, job: Job, slot: Slot, now: datetime) -> Picture:
    """Return what is shown at *now* of the picture of *job*, which was sent to *slot*."""
    result, finished_at = job.result, job.finished_at
    assert result is not None  # noqa: S101 - only what is there is shown
    assert finished_at is not None  # noqa: S101 - the same
    return Picture(
        job_id=job.job_id,
        slot_id=slot.slot_id,
        slot_name=slot.display_name,
        at=finished_at,
        left=_left(_texts(request), result.expires_at - now),
    )


def shared_of(request: web.Request, made: SharedGallery) -> Shared:
    """Return what is shown of a link that has just been made."""
    url = shared_gallery_url(request, made.token)
    return Shared(url=url, code=qr_code(url), left=_left(_texts(request), LINK_LIFE))


def _more(page: PicturePage, wanted: Mapping[str, Any], *, fits: bool) -> str | None:
    """Return where more pictures are: beside these, as long as a page holds them all."""
    if page.next_before is None:
        return None
    if not fits:
        others = {name: value for name, value in wanted.items() if name != "limit"}
        return here_of({**others, "before": page.next_before.name})
    longer = here_of({**wanted, "limit": len(page.jobs) + page.usual})
    return f"{longer}#picture-{page.next_before.job_id}"  # where these end


def _slot_gallery(request: web.Request, slot: Slot) -> SlotGallery:
    return SlotGallery(
        slot_id=slot.slot_id,
        name=slot.display_name,
        gallery=slot.gallery,
        url=gallery_url(request, slot),
    )


def _left(t: Texts, left: timedelta) -> Left:
    """Return how much is *left*, as scripts tell it, too."""
    seconds = max(0, math.ceil(left.total_seconds()))
    if seconds < _HOUR:
        words = f"{seconds // _MINUTE}:{seconds % _MINUTE:02}"
    else:
        hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
        words = t("scripts.time_left", hours=hours, minutes=minutes)
    return Left(seconds=seconds, words=words)


def _texts(request: web.Request) -> Texts:
    return partial(page_text, language_of_page(request))
