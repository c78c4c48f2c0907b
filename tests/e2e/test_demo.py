from __future__ import annotations

from pathlib import Path

import pytest

from photochanger_core.domain.picture import sniff

from .processes import Process, run

FAILING = """\
import sys
from photochanger_adapters.simulators.gemini import Behaviour, running_gemini_simulator
from photochanger_cli import __main__
from photochanger_cli.commands import demo
demo.running_gemini_simulator = lambda **given: running_gemini_simulator(
    **given, behaviour=Behaviour(fault={fault!r})
)
sys.exit(__main__.main(["demo", "--once"]))
"""


def demo(folder: Path, name: str = "demo", *, once: bool = True) -> Process:
    words = ["-m", "photochanger_cli", "demo", *(["--once"] if once else [])]
    hostile = {
        "PHOTOCHANGER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "GEMINI_API_KEY": "a key that costs money",
        "PORT": "nonsense",
    }
    return Process(*words, folder=folder, name=name, variables=hostile)


def pictures(folder: Path) -> list[Path]:
    return [path for path in (folder / "photochanger-demo").iterdir() if path.is_file()]


def test_a_demo_in_an_empty_folder_saves_a_picture_of_each_provider(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("this is not NAME=value\n")
    with demo(tmp_path) as process:
        assert process.status() == 0, process.errors
    assert len(pictures(tmp_path)) == 2
    for saved in pictures(tmp_path):
        assert sniff(saved.read_bytes()) is not None
        assert saved.stem in process.output
    for what in ("Gemini", "Turbotext", "result", "job", "health", "administrator"):
        assert f" {what} " in process.output
    assert "photochanger send" not in process.output  # nobody is there any more
    data = tmp_path / "photochanger-demo"  # whoever tries the pages gives booths another password
    where = {"PHOTOCHANGER_DATA_DIR": str(data)}
    given = run("settings", "set", "ingest_password=another", folder=data, variables=where)
    assert given.returncode == 0, given.stderr
    again = run("demo", "--once", folder=tmp_path)
    assert again.returncode == 0, again.stderr
    assert len(pictures(tmp_path)) == 4


def test_two_demos_at_once_share_a_folder(tmp_path: Path) -> None:
    with demo(tmp_path, "first") as first, demo(tmp_path, "second") as second:
        assert (first.status(), second.status()) == (0, 0), first.errors + second.errors
    assert len(pictures(tmp_path)) == 4


def test_a_demo_goes_on_until_it_is_told_to_leave(tmp_path: Path) -> None:
    with demo(tmp_path, once=False) as process:
        process.line("Ctrl-C ends")
        assert "photochanger send YOUR_PHOTO.jpg" in process.output
        process.tell_to_leave()
        assert process.status() == 0, process.errors


@pytest.mark.parametrize("fault", ["http_500", "refusal"])
def test_a_demo_whose_first_provider_fails_says_so(tmp_path: Path, fault: str) -> None:
    with Process("-c", FAILING.format(fault=fault), folder=tmp_path, name="demo") as process:
        assert process.status() == 1
    assert process.errors.splitlines()[-1].startswith("photochanger: answer 50")
    assert "picture saved" not in process.output
    assert pictures(tmp_path) == []
