"""The contract as a page."""

from __future__ import annotations

import asyncio
from typing import Final

import aiohttp_jinja2
from aiohttp import web
from attrs import define, field

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
        # Not above: a server that nobody asks for this page does without 3 MB of libraries.
        from .contract_html import html_of  # noqa: PLC0415

        html = html_of(self._yaml, aiohttp_jinja2.get_env(self._app))
        return Document(html.encode(), "text/html; charset=utf-8")


CONTRACT_PAGE: Final = web.AppKey("contract_page", ContractPage)
"""The one that an application shows."""
