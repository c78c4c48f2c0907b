"""/gallery: the pictures of all slots."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from yarl import URL

from photochanger_core.domain.account import Scope
from photochanger_core.domain.audit import AuditEntry
from photochanger_core.domain.errors import (
    CoreError,
    ResultExpired,
    ResultNotFound,
    StorageUnavailable,
)
from photochanger_web.access import actor
from photochanger_web.errors import STATUS, error_text, retry_headers
from photochanger_web.keys import CLAIMS, USE_CASES
from photochanger_web.links import result_page_url
from photochanger_web.page_form import fields_of
from photochanger_web.qr_code import qr_code

from .environment import render
from .gallery_view import Board, Shared, board_of, here_of, shared_of, shown_picture
from .language import language_of_page
from .navigation import GALLERY
from .page_fields import whole_in
from .refusal import refused, see_other

_RECEIPT: Final = "receipt"
_ASKED: Final = ("slot_id", "limit", "before")
_TOLD: Final = (ResultExpired, ResultNotFound, StorageUnavailable)
"""What keeps a picture from being deleted that can be told beside the others."""


async def show(request: web.Request) -> web.Response:
    """Show the latest pictures, those of one slot, or older ones; and what was just deleted."""
    deleted = request.query.get(_RECEIPT)
    receipt = await _receipt(request, deleted) if deleted else None
    return await _page(request, await board_of(request, _asked(request.query)), receipt=receipt)


async def pictures(request: web.Request) -> web.Response:
    """Show the part of the page that changes by itself."""
    wanted = _asked(request.query)
    board = await board_of(request, wanted)
    return await render(request, "gallery_pictures.html", board=board, **_rights(request))


async def show_one(request: web.Request) -> web.Response:
    """Show a picture by itself, with all that can be done with it."""
    return await _one(request, "gallery_picture.html")


async def code(request: web.Request) -> web.Response:
    """Show the code that brings a picture to a phone."""
    return await _one(request, "gallery_code.html")


async def delete(request: web.Request) -> web.Response:
    """Delete a picture everywhere, and lead to the receipt."""
    fields, job_id = await fields_of(request), request.match_info["job_id"]
    await request.app[USE_CASES].delete_result(job_id, by=actor(request))
    here = URL(here_of(_asked(fields))).update_query({_RECEIPT: job_id})
    return see_other(str(here.with_fragment(_RECEIPT)))


async def not_deleted(error: Exception, request: web.Request) -> web.Response:
    """Show the pictures there are, and why one was not deleted: by whom it was, if it was."""
    if not isinstance(error, _TOLD):
        return await refused(error, request)
    board = await board_of(request, _asked(await fields_of(request)))
    receipt = await _receipt(request, request.match_info["job_id"])
    return await _page(request, board, receipt=receipt, error=error)


async def share(request: web.Request) -> web.Response:
    """Make a link to the pictures of all slots, and show it, this once.

    What else is to be shown is read first: where it cannot be, no link is made that nobody sees.
    """
    board = await board_of(request, _asked(await fields_of(request)))
    made = await request.app[USE_CASES].share_gallery(by=actor(request))
    return await _page(request, board, shared=shared_of(request, made))


async def _page(
    request: web.Request,
    board: Board,
    *,
    receipt: AuditEntry | None = None,
    shared: Shared | None = None,
    error: CoreError | None = None,
) -> web.Response:
    return await render(
        request,
        "gallery.html",
        status=HTTPStatus.OK if error is None else STATUS[error.reason],
        headers={} if error is None else retry_headers(error),
        here=here_of(board.wanted),
        board=board,
        receipt=receipt,
        shared=shared,
        problem=error and error_text(error, language_of_page(request)),
        **_rights(request),
    )


async def _one(request: web.Request, template: str) -> web.Response:
    view = await request.app[USE_CASES].browse_pictures.one(request.match_info["job_id"])
    page_url = result_page_url(request, view.job.job_id)
    return await render(
        request,
        template,
        picture=shown_picture(request, view.job, view.slot, view.at),
        page_url=page_url,
        code=qr_code(page_url),
        gallery=GALLERY,
        **_rights(request),
    )


async def _receipt(request: web.Request, job_id: str) -> AuditEntry | None:
    """Return the receipt for whoever may delete: others are not told who has."""
    if Scope.SLOTS_WRITE not in request[CLAIMS].scopes:
        return None
    return await request.app[USE_CASES].read_receipt(job_id)


def _rights(request: web.Request) -> dict[str, Any]:
    scopes = request[CLAIMS].scopes
    return {
        "may_write": Scope.SLOTS_WRITE in scopes,
        "may_follow": Scope.STATS_READ in scopes,
    }


def _asked(given: Mapping[str, str]) -> dict[str, Any]:
    """Return what is asked for in an address or a form; what is left empty is not."""
    asked: dict[str, Any] = {name: given[name] for name in _ASKED if given.get(name)}
    return asked | ({"limit": whole_in(asked["limit"])} if "limit" in asked else {})
