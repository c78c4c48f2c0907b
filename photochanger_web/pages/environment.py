"""How pages are made: one environment of templates, one set of headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web
from jinja2 import PackageLoader, StrictUndefined
from markupsafe import Markup

from photochanger_web.host import is_secure
from photochanger_web.keys import CLAIMS
from photochanger_web.locale import LANGUAGES, page_text, texts_for_scripts
from photochanger_web.moments import rfc3339
from photochanger_web.sessions import form_key
from photochanger_web.static_files import address, imported_by

from .language import in_language, language_of_page, remember_language
from .navigation import links_for
from .time_left import time_left, time_of_day

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    # Not "no-referrer": browsers would say of our own forms, too, that they come from nowhere.
    "Referrer-Policy": "same-origin",
}
"""What keeps a page from being framed, and from loading or running what is not ours."""


def set_up_pages(app: web.Application) -> None:
    """Give *app* the environment that all pages are rendered in."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=PackageLoader("photochanger_web"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        filters=_FILTERS,
    )
    environment.globals |= {"static": address, "module": _module}


async def render(
    request: web.Request,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] = MappingProxyType({}),
    here: str | None = None,
    **values: Any,  # noqa: ANN401 - whatever the template shows
) -> web.Response:
    """Return the page that *template* makes of *values*, in the language of whoever looks.

    Every template has `t(key, name=…)` for its texts, `static(name)` for the address of a file,
    `module(name)` for what loads a script, and what the layout needs.

    Args:
        request: For it.
        template: Its file.
        status: Of the answer.
        headers: Of the answer, beside those of every page.
        here: The address of the page if it is not the one that was asked for.
        values: What it shows.
    """
    shared = await _shared(request, here or request.path_qs)
    response = aiohttp_jinja2.render_template(template, request, {**shared, **values})
    response.set_status(status)
    response.headers.update({**HEADERS, **headers})
    remember_language(request, response)
    return response


async def _shared(request: web.Request, here: str) -> dict[str, object]:
    language, claims = language_of_page(request), request.get(CLAIMS)
    return {
        "t": partial(page_text, language),
        "language": language,
        "languages": LANGUAGES,
        "here": here,
        "claims": claims,
        "links": links_for(request) if claims else (),
        "csrf_token": await form_key(request),
        "is_secure": is_secure(request),
        "script_texts": json.dumps(texts_for_scripts(language), ensure_ascii=False),
    }


def _module(name: str) -> Markup:
    """Return what loads the module *name*, and all that it needs at once, not step by step."""
    ahead = Markup('<link rel="modulepreload" href="{}">\n')
    script = Markup('<script type="module" src="{}"></script>').format(address(name))
    return Markup().join([*(ahead.format(address(one)) for one in imported_by(name)), script])


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%d.%m.%Y %H:%M:%S UTC")


_FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "in_language": in_language,
    "exact": rfc3339,
    "time_left": time_left,
    "time_of_day": time_of_day,
    "utc": _utc,
}
