"""Slots go from one installation to another by the real command, and back."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from photochanger_adapters.postgres.embedded.server import embedded_postgres_blocking
from photochanger_adapters.postgres.migrate import upgrade
from tests.databases import ask, empty_database
from tests.pictures import JPEG, PNG, oriented, picture

from .parts import as_url
from .processes import run

Command = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with (
        embedded_postgres_blocking(tmp_path_factory.mktemp("postgres")) as server,
        empty_database(server) as one,
        empty_database(server) as other,
    ):
        yield one, other


def installation(folder: Path, dsn: str) -> Command:
    folder.mkdir()
    given = {"DATABASE_URL": as_url(dsn), "GEMINI_API_KEY": "AIza-of-this-one"}

    def command(*words: str, status: int = 0, typed: str = "") -> CompletedProcess[str]:
        done = run(*words, folder=folder, variables=given, typed=typed)
        assert done.returncode == status, done.stderr
        return done

    asyncio.run(upgrade(dsn))
    return command


def templates(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (folder / "var/media/templates").rglob("payload.*"))


def test_slots_move_to_another_installation(tmp_path: Path, databases: tuple[str, str]) -> None:
    one = installation(tmp_path / "one", databases[0])
    other = installation(tmp_path / "other", databases[1])
    face, style = tmp_path / "face.jpg", tmp_path / "style.png"
    face.write_bytes(oriented(JPEG, 6))
    style.write_bytes(picture(PNG))
    one(
        *("slots", "set", "slot-002", "is_active=true", "prompt=Лес 🙂", "gallery=key"),
        *(f"template.face={face}", f"template.style={style}", "ingest_password=-"),
        typed="a password of its own\n",
    )
    file = tmp_path / "slots.json"
    told = one("slots", "export", str(file)).stdout
    assert told == f"written to {file}: slots 15, templates 2\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_text(encoding="utf-8")
    for secret in ("argon2", "AIza", "gallery_key", "password_hash", "a password"):
        assert secret not in content

    dry = other("slots", "import", str(file), "--dry-run").stdout
    assert dry.startswith("slot-002, version 2:\n")
    assert dry.endswith("would change: 1 of 15 slots; new templates: 2; nothing was changed\n")
    assert '\n  settings.prompt: null -> "Лес 🙂"\n' in dry
    assert (versions(databases[1]), templates(tmp_path / "other")) == ([1] * 15, [])

    done = other("slots", "import", "-", typed=content).stdout
    assert done.endswith("changed: 1 of 15 slots; new templates: 2\n")
    assert other("slots", "export", "-").stdout == content
    assert templates(tmp_path / "other") == templates(tmp_path / "one")
    again = one("slots", "import", str(file)).stdout
    assert again == "changed: 0 of 15 slots; new templates: 0\n"
    assert [(row["actor"], row["action"]) for row in ask(databases[1], _AUDIT)] == [
        ("cli", "slot_changed"),
        *[("cli", "template_registered")] * 2,
    ]

    wrong = other("slots", "import", "-", status=1, typed=unfit(content))
    problem = "slots[1].settings.nonsense: is not a setting of this operation"
    assert (wrong.stdout, wrong.stderr) == ("", f"photochanger: validation_failed: {problem}\n")
    assert versions(databases[0]) == versions(databases[1]) == [1, 2] + [1] * 13


_AUDIT = "SELECT actor, action FROM audit ORDER BY id"


def versions(dsn: str) -> list[int]:
    return [row["version"] for row in ask(dsn, "SELECT version FROM slot ORDER BY id")]


def unfit(content: str) -> str:
    """Return a file that the provider of one slot does not take, changed on purpose."""
    document = json.loads(content)
    del document["checksum"]
    document["slots"][0]["is_active"] = False
    document["slots"][1]["settings"]["nonsense"] = 1
    return json.dumps(document)
