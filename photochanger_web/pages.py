"""How pages are made: one environment of templates, one set of headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aiohttp_jinja2
from aiohttp import web
from jinja2 import PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
"""What keeps a page from being framed, and from loading or running what is not ours."""

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False})


def set_up_pages(app: web.Application) -> None:
    """Give *app* the environment that all pages are rendered in."""
    aiohttp_jinja2.setup(
        app,
        loader=PackageLoader("photochanger_web"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        filters={"markdown": _paragraphs, "markdown_line": _line},
    )


def _paragraphs(text: str) -> Markup:
    return Markup(_MARKDOWN.render(text))  # noqa: S704 - tags in the text come out escaped


def _line(text: str) -> Markup:
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704 - likewise
