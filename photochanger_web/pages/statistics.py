"""/statistics: how the service has been doing."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from aiohttp import web

from photochanger_core.domain.errors import CoreError, QueueUnavailable, ValidationFailed
from photochanger_core.domain.reports import Overview, Trend
from photochanger_core.domain.starts import Starts
from photochanger_core.use_cases.read_stats import ReadStats
from photochanger_web.errors import STATUS, error_text, retry_headers
from photochanger_web.field_problems import sentence
from photochanger_web.keys import USE_CASES

from .environment import render
from .language import language_of_page
from .local_time import zone_of
from .refusal import refused
from .statistics_look import Look, look_of
from .statistics_since import starts_of
from .statistics_view import Found, Page
from .statistics_words import Words


async def show(request: web.Request) -> web.Response:
    """Show all figures."""
    return await _page(request, look_of(request))


async def figures(request: web.Request) -> web.Response:
    """Show the part of the page that changes by itself."""
    look = look_of(request)
    return await render(
        request,
        "statistics_figures.html",
        here=look.address(),
        page=await _page_of(request, look),
    )


async def not_shown(error: Exception, request: web.Request) -> web.Response:
    """Show the usual window instead of one that there is none of; or that figures are away."""
    if isinstance(error, ValidationFailed):
        return await _page(request, Look(), error=error)
    if isinstance(error, QueueUnavailable):
        return await _empty(request, error)
    return await refused(error, request)


async def _page(
    request: web.Request, look: Look, *, error: ValidationFailed | None = None
) -> web.Response:
    return await render(
        request,
        "statistics.html",
        status=HTTPStatus.OK if error is None else STATUS[error.reason],
        here=look.address(),
        look=look,
        page=await _page_of(request, look),
        problem=error and _told(error, language_of_page(request)),
        done=request.query.get("done"),
    )


async def _empty(request: web.Request, error: CoreError) -> web.Response:
    """Say that there are no figures at present, and how to ask for them again."""
    return await render(
        request,
        "statistics.html",
        status=STATUS[error.reason],
        headers=retry_headers(error),
        look=Look(),
        page=None,
        problem=error_text(error, language_of_page(request)),
        done=None,
    )


async def _page_of(request: web.Request, look: Look) -> Page:
    return Page(
        look=look,
        found=await _found(request, look),
        starts=starts_of(request),
        words=Words(language_of_page(request)),
        zone=zone_of(request),
    )


async def _found(request: web.Request, look: Look) -> Found:
    """Read everything at once: each question takes the database some time, and none needs another.

    How many there are does not depend on slots or jobs.
    """
    read, starts = request.app[USE_CASES].read_stats, starts_of(request)
    try:
        async with asyncio.TaskGroup() as tasks:
            course = tasks.create_task(_course(read, look, starts))
            attempts = tasks.create_task(read.attempts(look.minutes, look.slot, starts))
            failures = tasks.create_task(read.failures(look.slot, starts))
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors  # the first one; the rest was not waited for
    overview, trend = course.result()
    return Found(
        overview=overview, trend=trend, attempts=attempts.result(), failures=failures.result()
    )


async def _course(read: ReadStats, look: Look, starts: Starts) -> tuple[Overview, Trend]:
    """Return how all slots have been doing, and how what is looked at came there.

    Of everything together both are made of the same jobs, which are gone through once.
    """
    if look.slot is None:
        overview = await read.course(look.minutes, starts)
        return overview, Trend(window=overview.window, points=overview.system.points)
    return await asyncio.gather(
        read.overview(look.minutes, starts), read.trend(look.minutes, look.slot, starts)
    )


def _told(error: ValidationFailed, language: str) -> str:
    fields = "; ".join(f"{one.field}: {sentence(language, one)}" for one in error.problems)
    return f"{error_text(error, language)}: {fields}"
