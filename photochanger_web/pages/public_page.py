"""How pages for guests are made: without a session, and without anything of administrators."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import hdrs, web
from aiohttp.web_response import ContentCoding

from photochanger_web.compression import takes_gzip
from photochanger_web.locale import LANGUAGES, page_text

from .browsers import VARY
from .environment import HEADERS
from .language import language_of_guest, remember_language

PUBLIC_HEADERS: Final[Mapping[str, str]] = {
    **HEADERS,
    # Addresses of these pages are secrets.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    hdrs.VARY: VARY,
}
"""Of every page for guests, and of its parts."""


def render_public(
    request: web.Request,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] = MappingProxyType({}),
    **values: Any,  # noqa: ANN401 - whatever the template shows
) -> web.Response:
    """Return the page that *template* makes of *values*, in the language of the guest.

    Args:
        request: For it.
        template: Its file.
        status: Of the answer.
        headers: Of the answer, beside those of every page for guests.
        values: What it shows.
    """
    text = render_part(request, template, **values)
    response = web.Response(text=text, content_type="text/html", charset="utf-8", status=status)
    response.headers.update({**PUBLIC_HEADERS, **headers})
    if takes_gzip(request):  # phones, at the edge of a network, wherever they come from
        response.enable_compression(ContentCoding.gzip)
    remember_language(request, response)
    return response


def render_part(
    request: web.Request,
    template: str,
    **values: Any,  # noqa: ANN401 - the same
) -> str:
    """Return what *template* makes of *values*, in the language of the guest."""
    language = language_of_guest(request)
    shared = {
        "t": partial(page_text, language),
        "language": language,
        "languages": LANGUAGES,
        # Of the address only this: of another path links could be made to other sites.
        "here": f"?{request.rel_url.raw_query_string}",
    }
    return aiohttp_jinja2.render_string(template, request, {**shared, **values})
