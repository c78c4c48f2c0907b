"""Makes docs/configuration.md: `python -m tests.docs.configuration` writes it anew.

Which variables there are, and their defaults, is asked of the code that reads them; what they mean,
in both languages, is in docs/configuration.json.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

from attrs import field, frozen

from photochanger_cli import settings as cli_settings
from photochanger_cli.failures import BadUsage
from photochanger_cli.variables import Variables
from photochanger_core.domain.settings import SETTINGS_CHECKS, Settings
from photochanger_web.catalogue import LANGUAGES

from .pages import DOCS

PAGE: Final = DOCS / "configuration.md"
MEANINGS: Final[Mapping[str, Mapping[str, str]]] = json.loads(
    (DOCS / "configuration.json").read_text("utf-8")
)

_OTHERS: Final = {"SEND_PASSWORD": ""}
"""What is read, but not by servers."""

_VALID_FOR_THOSE: Final = "20"
_DATA_DIR: Final = Path("var").absolute()
_PAGES_TEXTS: Final = DOCS.parent / "photochanger_web" / "locale" / "pages"

_Value = TypeVar("_Value")
_Default = TypeVar("_Default")


@frozen
class Recorded(Variables):
    """Variables that are all unset, and remember what was asked for and its default."""

    defaults: dict[str, object] = field(factory=dict)

    def read(
        self, name: str, parse: Callable[[str], _Value], default: _Default
    ) -> _Value | _Default:
        self.defaults[name] = default
        return default


def variables() -> dict[str, str]:
    """Return every variable with its default as it is told."""
    asked = Recorded({})
    cli_settings.settings_from(asked)
    told = {name: _told(default) for name, default in asked.defaults.items()} | _OTHERS
    return {**{name: told[name] for name in MEANINGS if name in told}, **told}


def first_start() -> dict[str, str]:
    """Return the variables that count at the first start only, with the setting each is for."""
    return {
        name: field_name
        for name in variables()
        for field_name in _first_values(Variables({name: _VALID_FOR_THOSE}))
    }


def _first_values(given: Variables) -> Iterable[str]:
    try:
        return cli_settings.settings_from(given).first_start
    except BadUsage:
        return ()


def page() -> str:
    """Return the page as it is to be."""
    return "\n".join([_HEAD, *(line for language in LANGUAGES[::-1] for line in _part(language))])


def _told(default: object) -> str:
    if isinstance(default, Path):
        is_below = default.is_absolute()
        return _code(f"$DATA_DIR/{default.relative_to(_DATA_DIR)}" if is_below else f"./{default}")
    if isinstance(default, tuple):
        return _code(",".join(map(str, default)) or None)
    return _code(default)


def _code(value: object) -> str:
    return "" if value is None else f"`{value}`"


def _part(language: str) -> Iterator[str]:
    words = _WORDS[language]
    yield from (f"## {words.title}", "", words.rules, "")
    told, first = variables(), first_start()
    yield from _table(
        words, language, {name: default for name, default in told.items() if name not in first}
    )
    yield from ("", f"### {words.first_start}", "", words.first_start_rules, "")
    defaults = {name: getattr(Settings(), setting, None) for name, setting in first.items()}
    yield from _table(words, language, {name: _code(value) for name, value in defaults.items()})
    yield from ("", f"### {words.settings}", "", words.settings_rules, "")
    yield from _settings(words, language)
    yield ""


def _table(words: _Words, language: str, told: Mapping[str, str]) -> Iterator[str]:
    yield f"| {words.variable} | {words.default} | |"
    yield "|---|---|---|"
    for name, default in told.items():
        yield f"| `{name}` | {default} | {MEANINGS[name][language]} |"


def _settings(words: _Words, language: str) -> Iterator[str]:
    texts = json.loads((_PAGES_TEXTS / f"settings.{language}.json").read_text("utf-8"))
    yield f"| {words.setting} | {words.default} | |"
    yield "|---|---|---|"
    for name in SETTINGS_CHECKS:
        default = getattr(Settings(), name)
        yield f"| `{name}` | {_code(default)} | {texts[name]} |"


@frozen(kw_only=True)
class _Words:
    title: str
    rules: str
    variable: str
    setting: str
    default: str
    first_start: str
    first_start_rules: str
    settings: str
    settings_rules: str


_HEAD: Final = """\
<!-- Made by `python -m tests.docs.configuration` of the code and configuration.json. -->

# Настройка сервера / Configuration
"""

_WORDS: Final[Mapping[str, _Words]] = {
    "en": _Words(
        title="Environment variables",
        rules=(
            "Read from the environment and from `.env` in the current folder, with the prefix "
            "`PHOTOCHANGER_` or without. A real variable wins over `.env`, the prefix over the "
            "bare name, and empty means unset. A value that cannot be stops the start with one "
            "line; `photochanger doctor` names all of them, and those that nobody reads."
        ),
        variable="variable",
        setting="setting",
        default="default",
        first_start="First start only",
        first_start_rules=(
            "After the first start the database knows these; `photochanger settings set` and the "
            "page of settings change them."
        ),
        settings="Settings in the database",
        settings_rules=(
            "They hold for all slots and servers, and count with the next photo: "
            "`photochanger settings get`, `photochanger settings set KEY=VALUE`, the page of "
            "settings, or [the API](administrators.md#settings)."
        ),
    ),
    "ru": _Words(
        title="Переменные окружения",
        rules=(
            "Читаются из окружения и из файла `.env` в текущем каталоге, с префиксом "
            "`PHOTOCHANGER_` или без него. Переменная окружения важнее `.env`, имя с префиксом "
            "важнее имени без него, пустое значение — всё равно что не задано. При недопустимом "
            "значении сервер не запускается и говорит об этом одной строкой; `photochanger doctor` "
            "называет все такие значения и те переменные, которых никто не читает."
        ),
        variable="переменная",
        setting="настройка",
        default="по умолчанию",
        first_start="Только при первом запуске",
        first_start_rules=(
            "Потом эти значения хранит база; их меняют `photochanger settings set` и страница "
            "«Настройки»."
        ),
        settings="Настройки в базе",
        settings_rules=(
            "Общие для всех слотов и серверов, действуют со следующего фото: `photochanger "
            "settings get`, `photochanger settings set КЛЮЧ=ЗНАЧЕНИЕ`, страница «Настройки» или "
            "[API](administrators.ru.md#настройки)."
        ),
    ),
}


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
