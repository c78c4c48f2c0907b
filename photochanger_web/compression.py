"""Text gets smaller on its way to whoever can unpack it.

Who sees the size of an encrypted answer learns from a compressed one whether what he had a browser
ask for occurs in it: https://www.breachattack.com. He has to make the browser ask, again and again,
and browsers say so: what another site asks for is sent as it is.
"""

from __future__ import annotations

import gzip
from typing import Final

from aiohttp import hdrs, web
from aiohttp.web_response import ContentCoding

from .host import is_asked_for_elsewhere
from .preferences import preferences

GZIP: Final = "gzip"

_TEXTS: Final = frozenset(
    {"text/html", "text/css", "text/javascript", "text/csv", "application/json", "application/yaml"}
)
"""What is worth it. Pictures are small already; events must not wait for each other."""

_INGEST: Final = "/ingest/"


def compress(request: web.Request, response: web.StreamResponse) -> None:
    """Have *response* sent in gzip if it is text and whoever asks takes that.

    However short it is: so what is "not modified" knows what it would have been sent as.
    """
    if not _is_text(response) or _INGEST in request.path:
        return
    _vary(response)
    if hdrs.CONTENT_ENCODING in response.headers or not is_to_be_small(request):
        return
    response.enable_compression(ContentCoding.gzip)
    weaken(response)


def is_to_be_small(request: web.Request) -> bool:
    """Whether what is secret may be sent in gzip."""
    return takes_gzip(request) and not is_asked_for_elsewhere(request)


def takes_gzip(request: web.Request) -> bool:
    """Whether whoever asks can unpack gzip (RFC 9110, 12.5.3)."""
    weights = dict(preferences(request.headers.get(hdrs.ACCEPT_ENCODING)))
    return weights.get(GZIP, weights.get("*", 0.0)) > 0


def zipped(content: bytes) -> bytes:
    """Return *content* in gzip, as small as it gets; of the same always the same."""
    return gzip.compress(content, compresslevel=9, mtime=0)


def weaken(response: web.StreamResponse) -> None:
    """Have the tag of *response* say that another coding says the same (RFC 9110, 8.8.3)."""
    tag = response.headers.get(hdrs.ETAG)
    if tag is not None and not tag.startswith("W/"):
        response.headers[hdrs.ETAG] = f"W/{tag}"


def not_modified(response: web.Response, *, is_small: bool) -> web.Response:
    """Return *response*, 304, with the headers that the text itself would have."""
    _vary(response)
    if is_small:
        weaken(response)
    return response


def _is_text(response: web.StreamResponse) -> bool:
    if not isinstance(response, web.Response) or response.prepared or response.body is None:
        return False
    return response.content_type in _TEXTS


def _vary(response: web.StreamResponse) -> None:
    others = response.headers.get(hdrs.VARY, "")
    if hdrs.ACCEPT_ENCODING not in others:
        both = f"{others}, {hdrs.ACCEPT_ENCODING}" if others else hdrs.ACCEPT_ENCODING
        response.headers[hdrs.VARY] = both
