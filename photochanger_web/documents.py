"""Documents that are the same for everybody, until there is another version of this program."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web
from attrs import Factory, field, frozen

from .compression import GZIP, not_modified, takes_gzip, weaken, zipped
from .etags import is_known

ASK_AGAIN: Final = "no-cache"
"""It may be kept, and is to be asked for each time whether it is still the same."""


def _tag(document: Document) -> str:
    return sha256(document.body).hexdigest()


def _zipped(document: Document) -> bytes:
    return zipped(document.body)


@frozen
class Document:
    """A document with its type, as the header has it, and a tag of what is in it.

    It holds no secrets, so it is sent in gzip to whoever takes that.
    """

    body: bytes
    content_type: str
    tag: str = Factory(_tag, takes_self=True)
    small: bytes = field(default=Factory(_zipped, takes_self=True), repr=False)

    def answer(self, request: web.Request, *, keep: str = ASK_AGAIN) -> web.Response:
        """Hand the document out, or not again if the caller has it.

        Args:
            request: For it.
            keep: For how long, as `Cache-Control` has it.
        """
        headers = {hdrs.ETAG: f'"{self.tag}"', hdrs.CACHE_CONTROL: keep}
        is_small = takes_gzip(request)
        if is_known(request, self.tag):
            same = web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
            return not_modified(same, is_small=is_small)
        headers[hdrs.CONTENT_TYPE] = self.content_type
        headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
        if not is_small:
            return web.Response(body=self.body, headers=headers)
        headers[hdrs.CONTENT_ENCODING] = GZIP
        response = web.Response(body=self.small, headers=headers)
        weaken(response)
        return response
