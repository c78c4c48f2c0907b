"""GET /api/openapi.yaml, and GET /api/docs for people."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

from photochanger_web.contract_page import CONTRACT_PAGE, ContractPage
from photochanger_web.documents import Document
from photochanger_web.pages.environment import HEADERS

_HERE: Final = Path(__file__).parents[1]

# Beside this package, where a wheel has it; in a checkout it is kept with the documentation.
_PLACES: Final = (_HERE / "contract", _HERE.parent / "docs" / "contracts")

_DOCUMENT: Final = Document(
    next(path.read_bytes() for place in _PLACES if (path := place / "openapi.yaml").is_file()),
    "application/yaml",
)


def set_up_contract(app: web.Application) -> None:
    """Have a page of the contract in *app*; it is made when somebody asks for it."""
    app[CONTRACT_PAGE] = ContractPage(app, _DOCUMENT.body)


async def contract(request: web.Request) -> web.Response:
    """Hand out the description of everything this server answers, or not again."""
    return _DOCUMENT.answer(request)


async def docs(request: web.Request) -> web.Response:
    """Show the same as a page."""
    page = await request.app[CONTRACT_PAGE].document()
    response = page.answer(request)
    response.headers.update(HEADERS)
    return response
