"""Whoever adds a provider reads one page; what it says is so."""

from __future__ import annotations

import importlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final

import pytest

from photochanger_adapters import provider_http, settings_schema, simulators
from photochanger_adapters.provider_http.exchange import Call
from photochanger_adapters.settings_schema.schemas import FILE, SettingsSchemas
from photochanger_cli import commands, wiring
from photochanger_core.domain import errors
from photochanger_core.domain.slot import Slot
from photochanger_core.ports import provider as port
from tests import settings_schemas, third_driver
from tests.settings_schemas import ANNOTATIONS, RULES, SPOKEN, Rule
from tests.third_driver.driver import MirrorProvider

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "providers.md"
TEXT: Final = PAGE.read_text("utf-8")
PROSE: Final = re.sub(r"^```.*?^```$|^    .*?$", "", TEXT, flags=re.M | re.S)
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS: Final = {one["id"]: one for one in PROJECT["tool"]["importlinter"]["contracts"]}
FOLDERS: Final = (ROOT, PAGE.parent, ROOT / "tests" / "third_driver")

PACKAGES: Final = (provider_http, settings_schema, simulators, commands, third_driver)
MODULES: Final = (errors, port, wiring, settings_schemas)
MEMBERS: Final = (
    *(port.ProviderPort, port.Operation, port.Order, port.Answer, Call, MirrorProvider, Slot),
    *(SettingsSchemas, errors.ProviderUnreachable()),
)
FOREIGN: Final = {"/healthz", "lint-imports", "packages", "$", r"(?!\n)$"}
"""Words that are no names in Python."""


def modules_in(package: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    for found in iter_modules(package.__path__):
        yield found.name, importlib.import_module(f"{package.__name__}.{found.name}")


def names() -> dict[str, object]:
    """Return what the page may speak of by its name alone."""
    inside = dict(pair for package in PACKAGES for pair in modules_in(package))
    known: dict[str, object] = {}
    for place in (*MEMBERS, *inside.values(), *MODULES):
        known |= {name: getattr(place, name) for name in dir(place)}
    return {
        **known,
        **inside,
        **dict.fromkeys(ANNOTATIONS | SPOKEN | CONTRACTS.keys()),
        "provider_http": provider_http,
        "order": port.Order,
        "failure": errors.ProviderFailure,
    }


NAMES: Final = names()


def is_there(quoted: str) -> bool:
    """Whether *quoted* is a path of the project, or a name that leads somewhere."""
    if quoted in FOREIGN or any((folder / quoted).exists() for folder in FOLDERS):
        return True
    match = re.match(r"[\w-]+(?:\.\w+)*", quoted)
    first, *rest = match[0].split(".") if match else [""]
    found = NAMES.get(first)
    for name in rest:
        if not hasattr(found, name):
            return False
        found = getattr(found, name)
    return first in NAMES


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SettingsSchemas:
    """The schema on the page, as that of a driver."""
    (shown,) = re.findall(r"^```json\n(.*?)^```$", TEXT, re.M | re.S)
    package = tmp_path / "driver_of_the_page"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / FILE).write_text(shown, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return SettingsSchemas.of(package.name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_schema_on_the_page_keeps_every_rule(example: SettingsSchemas, rule: Rule) -> None:
    [operation] = example.operations.values()

    rule(operation.schema)


def test_the_schema_on_the_page_takes_settings_and_refuses_others(
    example: SettingsSchemas,
) -> None:
    assert example.check("image_edit", {"prompt": "As a comic"}) == []
    problems = example.check("image_edit", {"prompt": " ", "style": 1})
    assert {problem.field for problem in problems} == {"settings.prompt", "settings.style"}


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", TEXT))
def test_links_lead_somewhere(link: str) -> None:
    assert (PAGE.parent / link).is_file()


@pytest.mark.parametrize("quoted", sorted(set(re.findall(r"`([^`]+)`", PROSE))))
def test_what_the_page_names_is_there(quoted: str) -> None:
    assert is_there(quoted)


@pytest.mark.parametrize("quoted", ["tests/fourth_driver", "Exchanges", "key.NoKey", "Order.mood"])
def test_nothing_else_is_taken_for_it(quoted: str) -> None:
    assert not is_there(quoted)


@pytest.mark.parametrize("driver", ["photochanger_adapters/gemini", "tests/third_driver"])
def test_the_folder_on_the_page_is_what_drivers_are_made_of(driver: str) -> None:
    listed = re.findall(r"^        (\w+\.\w+) ", TEXT, re.M)

    assert len(listed) == 5
    assert all((ROOT / driver / name).is_file() for name in listed)


def test_every_kind_of_failure_is_told_of() -> None:
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.ProviderFailure)
    }

    assert kinds - {"PublicAddressMissing"} <= set(re.findall(r"`(\w+)`", PROSE))


def test_the_contracts_on_the_page_are_those_that_name_drivers() -> None:
    naming = {name for name, contract in CONTRACTS.items() if "turbotext" in json.dumps(contract)}

    assert naming == {name for name in CONTRACTS if f"`{name}`" in PROSE}
