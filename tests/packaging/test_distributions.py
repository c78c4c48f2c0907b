"""What is in the repository is in what is built of it, and nothing else."""

from __future__ import annotations

from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest

from .distributions import ELSEWHERE, ROOT, build, files_below, members, tracked

MADE = {"PKG-INFO", "setup.cfg"}


def in_a_package(name: str) -> str | None:
    """Return where a wheel has the file *name* of the repository; None: nowhere."""
    folder, _, file = name.rpartition("/")
    if folder in ELSEWHERE:
        return f"{ELSEWHERE[folder]}/{file}"
    return name if name.startswith("photochanger_") else None


def metadata(wheel: Path) -> Message:
    [content] = [content for name, content in members(wheel).items() if name.endswith("/METADATA")]
    return message_from_string(content.decode())


def test_the_wheel_has_every_file_of_the_packages(wheel: Path) -> None:
    found = {name: content for name, content in members(wheel).items() if ".dist-info/" not in name}
    expected = {
        place: (ROOT / name).read_bytes() for name in tracked() if (place := in_a_package(name))
    }

    assert sorted(found) == sorted(expected)
    assert found == expected


@pytest.mark.parametrize(
    "what",
    [
        "photochanger_web/templates/layout.html",
        "photochanger_web/static/tokens.css",
        "photochanger_web/locale/pages/slots.ru.json",
        "photochanger_web/locale/en.json",
        "photochanger_web/contract/openapi.yaml",
        "photochanger_adapters/postgres/migrations/0001_initial.up.sql",
        "photochanger_adapters/gemini/schema.json",
        "photochanger_cli/locale/ru.json",
        "photochanger_cli/sample.jpg",
        "photochanger_core/py.typed",
    ],
)
def test_there_is_one_of_every_kind(wheel: Path, what: str) -> None:
    assert members(wheel)[what] or what.endswith("py.typed")


def test_the_source_distribution_is_the_repository(unpacked: Path) -> None:
    found = files_below(unpacked)
    ours = {name for name in found if not name.startswith("photochanger.egg-info/")} - MADE

    assert sorted(ours) == sorted(tracked())


def test_a_wheel_made_of_it_is_the_same(
    wheel: Path, unpacked: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = build("wheel", unpacked, tmp_path_factory.mktemp("again"))

    assert again.name == wheel.name
    assert members(again) == members(wheel)


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    told = metadata(wheel)

    assert told["License-Expression"] == "MIT"
    assert told["License-File"] == "LICENSE"
    assert told["Description-Content-Type"] == "text/markdown"
    assert told.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")
    assert told["Requires-Python"] == ">=3.11"
    assert told["Summary"]
    assert "Typing :: Typed" in (told.get_all("Classifier") or [])
    # No address is better than one that leads nowhere.
    assert told.get_all("Project-URL") is None
