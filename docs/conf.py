"""How the site is made of these pages: `nox -s docs`, or `sphinx-build -W docs build/docs`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version as version_of
from pkgutil import iter_modules, walk_packages
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import photochanger_adapters
import photochanger_core.ports

project = "PhotoChanger"
author = "PhotoChanger"
release = version = version_of("photochanger")
language = "ru"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_static", "contracts"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
smartquotes = False
default_role = "literal"  # docstrings write `name`
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = "PhotoChanger"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_permalinks_icon = "#"
html_theme_options = {"top_of_page_buttons": []}
pygments_style = "friendly"
pygments_dark_style = "native"


class Ports(SphinxDirective):
    """All ports: what the docstring of each promises, and which adapters keep that."""

    def run(self) -> list[nodes.Node]:
        """Return a section a port, from the code as it is."""
        for module in walk_packages(photochanger_adapters.__path__, "photochanger_adapters."):
            import_module(module.name)
        lines = [line for name in sorted(_port_modules()) for line in _told(name)]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _port_modules() -> Iterator[str]:
    package = photochanger_core.ports
    yield from (module.name for module in iter_modules(package.__path__, f"{package.__name__}."))


def _told(module_name: str) -> list[str]:
    module = import_module(module_name)
    ports = [name for name in vars(module) if name.endswith("Port")]
    own = [name for name in ports if vars(module)[name].__module__ == module_name]
    title = ", ".join(own) or module_name
    kept = [_kept_by(vars(module)[name]) for name in own]
    return [
        f"## {title}",
        "",
        *kept,
        "",
        "```{eval-rst}",
        f".. automodule:: {module_name}",
        "   :members:",
        "```",
        "",
    ]


def _kept_by(port: type[Any]) -> str:
    adapters = sorted(
        f"`{adapter.__module__.removeprefix('photochanger_adapters.')}.{adapter.__name__}`"
        for adapter in port.__subclasses__()
        if adapter.__module__.startswith("photochanger_adapters.")
    )
    return f"Kept by {', '.join(adapters)}."


def _tell_language(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: nodes.document | None
) -> None:
    """Have every page say which language it is in: some are Russian, some English."""
    body = re.sub(r"<[^>]*>", "", context.get("body", ""))
    cyrillic, latin = len(re.findall("[А-яё]", body)), len(re.findall("[A-Za-z]", body))
    context["language"] = "ru" if cyrillic * 2 > latin or not body else "en"


def setup(app: Sphinx) -> None:
    """Add what is ours to Sphinx."""
    app.add_directive("ports", Ports)
    app.connect("html-page-context", _tell_language)
