"""In which language somebody looks at pages."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web
from yarl import URL

from photochanger_web.host import is_secure
from photochanger_web.locale import LANGUAGES, SITE_LANGUAGE, language_of

PARAMETER: Final = "lang"

_COOKIE: Final = "language"
_YEAR: Final = 365 * 24 * 3600


def language_of_page(request: web.Request) -> str:
    """Return the language that was switched to, now or before; else the site's.

    What the browser is set to does not count: pages are read together, at a venue.
    """
    return _switched_to(request) or SITE_LANGUAGE


def language_of_guest(request: web.Request) -> str:
    """Return the same for pages of guests: what their own phone is set to counts, too."""
    accepted = ",".join(request.headers.getall(hdrs.ACCEPT_LANGUAGE, []))
    return _switched_to(request) or language_of(accepted, default=SITE_LANGUAGE)


def _switched_to(request: web.Request) -> str | None:
    asked = (request.query.get(PARAMETER), request.cookies.get(_COOKIE))
    return next((one for one in asked if one in LANGUAGES), None)


def remember_language(request: web.Request, response: web.Response) -> None:
    """Have the browser keep the language that *request* switches to."""
    if request.query.get(PARAMETER) in LANGUAGES:
        response.set_cookie(
            _COOKIE,
            language_of_page(request),
            max_age=_YEAR,
            httponly=True,
            secure=is_secure(request),
            samesite="Lax",
        )


def in_language(here: str, language: str) -> str:
    """Return the address of the page at *here* in *language*."""
    return str(URL(here, encoded=True).update_query({PARAMETER: language}))
