"""/jobs: the jobs there were, the youngest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Final

from aiohttp import web
from attrs import frozen

from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.job import Job
from photochanger_web.errors import STATUS
from photochanger_web.field_problems import sentence
from photochanger_web.keys import USE_CASES
from photochanger_web.locale import page_text

from .asked import BEFORE, address, asked_of
from .environment import render
from .fields import Choice
from .filters import Filter, by_slot
from .job_words import SOURCES, STATUSES, all_asked, how_long, why, words_of_provider
from .language import language_of_page
from .navigation import JOBS
from .refusal import refused

PART: Final = "/parts/jobs"

_FILTERS: Final = ("slot_id", "status", "source")
_ON_A_PAGE: Final = 25


@frozen(kw_only=True)
class Row:
    """What is shown of a job.

    Attributes:
        took: How long it has taken; None: it has not ended.
        problem: Why there is no picture, in plain words.
        detail: What the provider said of that.
        asked: Who was asked.
    """

    job: Job
    slot_name: str
    took: str | None
    problem: str | None
    detail: str
    asked: str


@frozen(kw_only=True)
class Page:
    """A page of the list.

    Attributes:
        older: Where the next page is; None: there is none.
        live: Where the part of the page is that changes by itself; None: there is none.
        problems: What is wrong with what was asked for, as sentences.
    """

    rows: Sequence[Row]
    older: str | None
    live: str | None
    problems: Sequence[str] = ()


async def show(request: web.Request) -> web.Response:
    """Show the jobs that are asked for."""
    return await _found(request, "jobs.html")


async def rows(request: web.Request) -> web.Response:
    """Show the part of the page that changes by itself."""
    return await _found(request, "jobs_list.html")


async def not_shown(error: Exception, request: web.Request) -> web.Response:
    """Show that nothing can be asked for like that, and the form again."""
    if not isinstance(error, ValidationFailed):
        return await refused(error, request)
    language = language_of_page(request)
    problems = [f"{one.field}: {sentence(language, one)}" for one in error.problems]
    page = Page(rows=(), older=None, live=None, problems=problems)
    return await _shown(
        request, "jobs.html", page, await slot_names(request), status=STATUS[error.reason]
    )


async def slot_names(request: web.Request) -> Mapping[str, str]:
    """Return what slots are called, by their ids."""
    views = await request.app[USE_CASES].read_slots.all()
    return {view.slot.slot_id: view.slot.display_name for view in views}


async def _found(request: web.Request, template: str) -> web.Response:
    """Show what is found; how many questions that takes does not depend on it."""
    wanted, before = asked_of(request, _FILTERS), asked_of(request, [BEFORE])
    asked = {**wanted, **before, "limit": _ON_A_PAGE}
    found = await request.app[USE_CASES].list_jobs(asked)
    names, language, more = await slot_names(request), language_of_page(request), found.next_before
    page = Page(
        rows=[_row(language, job, names) for job in found.jobs],
        older=None if more is None else address(JOBS, {**wanted, BEFORE: more}),
        live=None if before else address(PART, wanted),
    )
    return await _shown(request, template, page, names)


async def _shown(
    request: web.Request,
    template: str,
    page: Page,
    names: Mapping[str, str],
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> web.Response:
    wanted = asked_of(request, _FILTERS)
    return await render(
        request,
        template,
        status=status,
        page=page,
        first=address(JOBS, wanted),
        is_narrowed=bool(wanted),
        filters=_filters(partial(page_text, language_of_page(request)), names, wanted),
    )


def _filters(
    t: Callable[..., str], names: Mapping[str, str], wanted: Mapping[str, str]
) -> Sequence[Filter]:
    statuses = [Choice(value=one, label=t(f"jobs.status_{one}")) for one in STATUSES]
    sources = [Choice(value=one, label=t(f"jobs.source_{one}")) for one in SOURCES]
    others = {"status": statuses, "source": sources}
    return [
        by_slot(t("jobs.slot_id"), t("jobs.all_slot_id"), names, wanted),
        *(
            Filter(
                name=name,
                label=t(f"jobs.{name}"),
                everything=t(f"jobs.all_{name}"),
                choices=choices,
                value=wanted.get(name, ""),
            )
            for name, choices in others.items()
        ),
    ]


def _row(language: str, job: Job, names: Mapping[str, str]) -> Row:
    return Row(
        job=job,
        slot_name=names.get(job.slot_id, job.slot_id),
        took=how_long(language, job),
        problem=why(language, job.failure_reason),
        detail=words_of_provider(job),
        asked=all_asked(job.attempts),
    )
