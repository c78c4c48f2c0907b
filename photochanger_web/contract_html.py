"""The contract as HTML.

Nothing of this is needed before somebody asks for that page, and it takes some 3 MB with the
libraries that it needs, so `contract_page` imports it then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import yaml
from jinja2 import Environment
from markdown_it import MarkdownIt
from markupsafe import Markup

from .contract_view import view_of

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False})


def html_of(contract: bytes, environment: Environment) -> str:
    """Return the page that shows *contract*, an OpenAPI document as YAML.

    Args:
        contract: The document.
        environment: That of all pages.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is not everywhere
    view = view_of(yaml.load(contract, loader))  # noqa: S506 - both are safe
    ours = environment.overlay()
    ours.filters = {**environment.filters, **_FILTERS}
    return ours.get_template("docs.html").render(contract=view)


def _paragraphs(text: str) -> Markup:
    return Markup(_MARKDOWN.render(text))  # noqa: S704 - tags in the text come out escaped


def _line(text: str) -> Markup:
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704 - likewise


_FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "markdown": _paragraphs,
    "markdown_line": _line,
}
