"""The contract as a page."""

from __future__ import annotations

import asyncio
from typing import Final

import aiohttp_jinja2
import yaml
from aiohttp import web
from attrs import define, field

from .contract_view import view_of
from .documents import Document


@define(eq=False)
class ContractPage:
    """The contract as a page of *app*: made of the document as it is served, once, in a thread."""

    _app: web.Application
    _yaml: bytes
    _made: Document | None = None
    _making: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def document(self) -> Document:
        """Return the page."""
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
            return self._made

    def _make(self) -> Document:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is not everywhere
        view = view_of(yaml.load(self._yaml, loader))  # noqa: S506 - both are safe
        template = aiohttp_jinja2.get_env(self._app).get_template("docs.html")
        return Document(template.render(contract=view).encode(), "text/html; charset=utf-8")


CONTRACT_PAGE: Final = web.AppKey("contract_page", ContractPage)
"""The one that an application shows."""
