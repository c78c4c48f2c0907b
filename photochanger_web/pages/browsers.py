"""Whether somebody looks with a browser, where programs may ask, too."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from photochanger_web.preferences import prefers

VARY: Final = ", ".join((hdrs.ACCEPT, hdrs.ACCEPT_LANGUAGE, hdrs.COOKIE))
"""What answers depend on that may be pages."""


def wants_page(request: web.BaseRequest) -> bool:
    """Whether a page is asked for: browsers name it where they go to, and in no other request."""
    accept = ",".join(request.headers.getall(hdrs.ACCEPT, []))
    return prefers(accept, "text/html", to="application/json")


def by_accept(page: Handler, other: Handler) -> Handler:
    """Return a handler that shows *page* to those who ask for one, *other* to everybody else."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await (page if wants_page(request) else other)(request)
        response.headers[hdrs.VARY] = VARY
        return response

    return answer
