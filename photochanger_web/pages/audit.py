"""/audit: who did what, when, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Final

from aiohttp import web

from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.use_cases.read_audit import AuditPage
from photochanger_web.audit_query import LONGEST, filter_of
from photochanger_web.errors import STATUS
from photochanger_web.field_problems import sentence
from photochanger_web.keys import USE_CASES
from photochanger_web.locale import page_text

from .asked import BEFORE, address, asked_of
from .audit_view import Record
from .environment import render
from .filters import by_slot
from .language import language_of_page
from .navigation import AUDIT
from .refusal import refused

_FILTERS: Final = ("slot_id", "subject", "actor")
_ON_A_PAGE: Final = 50


async def show(request: web.Request) -> web.Response:
    """Show the deeds that are asked for, the youngest first."""
    asked = asked_of(request, [*_FILTERS, BEFORE], numbers=[BEFORE])
    page = await request.app[USE_CASES].read_audit(filter_of(asked), limit=_ON_A_PAGE)
    return await _shown(request, page)


async def not_shown(error: Exception, request: web.Request) -> web.Response:
    """Show that nothing can be asked for like that, and the form again."""
    if not isinstance(error, ValidationFailed):
        return await refused(error, request)
    language = language_of_page(request)
    problems = [f"{one.field}: {sentence(language, one)}" for one in error.problems]
    nothing = AuditPage(entries=(), next_before=None)
    return await _shown(request, nothing, problems=problems, status=STATUS[error.reason])


async def _shown(
    request: web.Request,
    page: AuditPage,
    *,
    problems: Sequence[str] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> web.Response:
    wanted, record = asked_of(request, _FILTERS), await Record.read(request)
    more, t = page.next_before, partial(page_text, language_of_page(request))
    return await render(
        request,
        "audit.html",
        status=status,
        entries=record.shown(page.entries),
        older=None if more is None else address(AUDIT, {**wanted, BEFORE: more}),
        is_first=not asked_of(request, [BEFORE]),
        first=address(AUDIT, wanted),
        wanted=wanted,
        problems=problems,
        slots=by_slot(t("audit.slot"), t("audit.all_slots"), record.names, wanted),
        actors=sorted({entry.actor.name for entry in page.entries}),
        subjects=sorted({entry.subject for entry in page.entries}),
        longest=LONGEST,
    )
