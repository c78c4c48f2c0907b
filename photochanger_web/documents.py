"""Documents that are the same for everybody, until there is another version of this program."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus

from aiohttp import hdrs, web
from attrs import Factory, frozen

from .etags import is_known


def _tag(document: Document) -> str:
    return sha256(document.body).hexdigest()


@frozen
class Document:
    """A document with its type, as the header has it, and a tag of what is in it."""

    body: bytes
    content_type: str
    tag: str = Factory(_tag, takes_self=True)

    def answer(self, request: web.Request) -> web.Response:
        """Hand the document out, or not again if the caller has it."""
        headers = {hdrs.ETAG: f'"{self.tag}"', hdrs.CACHE_CONTROL: "no-cache"}
        if is_known(request, self.tag):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers[hdrs.CONTENT_TYPE] = self.content_type
        return web.Response(body=self.body, headers=headers)
