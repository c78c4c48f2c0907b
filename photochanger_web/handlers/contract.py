"""GET /api/openapi.yaml."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

from photochanger_web.etags import is_known

_HERE: Final = Path(__file__).parents[1]

# Beside this package, where a wheel has it; in a checkout it is kept with the documentation.
_PLACES: Final = (_HERE / "contract", _HERE.parent / "docs" / "contracts")

_DOCUMENT: Final = next(
    path.read_bytes() for place in _PLACES if (path := place / "openapi.yaml").is_file()
)

_TAG: Final = sha256(_DOCUMENT).hexdigest()
_HEADERS: Final = {hdrs.ETAG: f'"{_TAG}"', hdrs.CACHE_CONTROL: "no-cache"}


async def contract(request: web.Request) -> web.Response:
    """Hand out the description of everything this server answers, or not again."""
    if is_known(request, _TAG):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=_HEADERS)
    return web.Response(body=_DOCUMENT, content_type="application/yaml", headers=_HEADERS)
