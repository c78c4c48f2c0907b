"""What people see: the words on pages and of commands, and those of others that pages tell of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from .pages import ROOT

_TEXTS: Final = (
    "photochanger_web/locale",
    "photochanger_web/locale/pages",
    "photochanger_cli/locale",
    "photochanger_cli/checkup",
)
_SCHEMAS: Final = "photochanger_adapters/*/schema.json"
_PLACEHOLDER: Final = re.compile(r"\{\w+\}")
_DASHBOARD: Final = ROOT / "deploy" / "grafana" / "photochanger.json"
_OF_OTHERS: Final = frozenset({"Postprocess photos"})
"""DSLR Remote Pro's, which speaks English only."""


def is_on_screen(name: str, language: str) -> bool:
    """Whether *name* is what somebody sees there in *language*, a unit after a comma apart."""
    return name in _OF_OTHERS or any(form.fullmatch(name) for form in _forms(language))


@cache
def _forms(language: str) -> frozenset[re.Pattern[str]]:
    texts = {text.rstrip(":") for text in _texts(language)}
    without_units = {text.rpartition(",")[0] for text in texts}
    return frozenset(_form(text) for text in texts | without_units if _says_something(text))


def _form(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, _PLACEHOLDER.split(text))))


def _says_something(text: str) -> bool:
    return re.search(r"[^\W\d]", _PLACEHOLDER.sub("", text)) is not None


def _texts(language: str) -> Iterator[str]:
    for folder in _TEXTS:
        names = (f"{language}.json", f"*.{language}.json")
        for path in (path for name in names for path in (ROOT / folder).glob(name)):
            yield from _strings(json.loads(path.read_text("utf-8")).values())
    for path in ROOT.glob(_SCHEMAS):
        yield from _titles(json.loads(path.read_text("utf-8")), language)
    panels = json.loads(_DASHBOARD.read_text("utf-8"))["panels"]
    yield from (panel["title"] for panel in panels)


def _strings(texts: Iterable[str | list[str]]) -> Iterator[str]:
    for text in texts:
        yield from [text] if isinstance(text, str) else text


def _titles(node: Any, language: str) -> Iterator[str]:
    if isinstance(node, dict):
        own = node.get("x-ru", {}) if language == "ru" else node
        if isinstance(own.get("title"), str):
            yield own["title"]
        node = [*node.values()]
    if isinstance(node, list):
        for part in node:
            yield from _titles(part, language)
