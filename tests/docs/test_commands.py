"""Every command of the documentation is run here as it stands there, or marked why not.

A page's commands are those in its blocks of `sh`, and whatever else looks like a command. They are
run in their order, in one shell that stops at the first failure. A comment before a block says
otherwise:

    <!-- not run: why -->   nobody runs the block that follows
    <!-- prints -->         what follows is what the commands before it print; … is anything
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import pytest

from photochanger_cli.arguments import parser

from .editions import EDITIONS
from .installation import PROVIDER_KEY, Installation, prepared, providers, running
from .pages import PAGES, Block, blocks_of, name_of

STARTS_A_SERVER: Final = {"README.md", "docs/quickstart.md"}
"""Pages that begin with nothing. To all others a server is there already."""

PLACES: Final = ("SERVER:8000", "127.0.0.1:8000", "localhost:8000")
"""Where pages say that a server is; the tests' servers take another port."""

KEYS: Final = ("your-key",)
"""Where pages want a key of the reader's own."""

BLOCKS: Final = {name_of(page): blocks_of(page) for page in PAGES}
RUN: Final = sorted(
    name_of(page)
    for page in {*PAGES} - {*EDITIONS}
    if any(not block.why_not for block in BLOCKS[name_of(page)])
)
"""Editions show the same commands as their originals: `test_editions.py`."""
_NEXT: Final = "<<< next block >>>"
_MENTIONED: Final = re.compile(
    r"(?<![\w./-])photochanger (?!photochanger)([a-z]+)(?: ([a-z][a-z-]+))?"
)


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with providers(tmp_path_factory.mktemp("providers")) as given:
        yield given


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]
) -> Iterator[Installation]:
    with running(tmp_path_factory.mktemp("served"), variables) as installation:
        yield installation


@pytest.mark.parametrize("name", RUN)
def test_commands_work(
    name: str, variables: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if name in STARTS_A_SERVER:
        installation = prepared(tmp_path, variables)
    else:
        installation = request.getfixturevalue("served")
    blocks = [block for block in BLOCKS[name] if not block.why_not]
    done = installation.run(f"\necho '{_NEXT}'\n".join(_text(b, installation) for b in blocks))
    printed = done.stdout.split(_NEXT + "\n")
    last = blocks[min(len(printed), len(blocks)) - 1]
    assert done.returncode == 0, f"{name}:{last.line}\n{last.text}{printed[-1]}{done.stderr}"
    for block, output in zip(blocks, printed, strict=True):
        if block.prints is not None:
            _check_printed(block.prints, output, where=f"{name}:{block.line}")


def test_nothing_is_left_out_without_a_reason() -> None:
    for name, blocks in BLOCKS.items():
        for block in blocks:
            reason = block.why_not
            assert reason is None or len(reason.split()) > 2, f"{name}:{block.line}: {reason!r}"


def test_commands_that_are_mentioned_exist() -> None:
    commands = _choices(parser())
    for page in PAGES:
        for mention in _MENTIONED.finditer(page.read_text("utf-8")):
            where = f"{name_of(page)}: {mention[0]}"
            assert mention[1] in commands, where
            actions = _choices(commands[mention[1]])
            assert not actions or mention[2] is None or mention[2] in actions, where


def _text(block: Block, installation: Installation) -> str:
    text = block.text
    for place in PLACES:
        text = text.replace(place, installation.address)
    for key in KEYS:
        text = text.replace(key, PROVIDER_KEY)
    return text


def _check_printed(wanted: str, output: str, where: str) -> None:
    lines, pattern = output.strip().splitlines(), wanted.strip().splitlines()
    assert len(lines) == len(pattern), f"{where}\n{output}"
    for line, told in zip(lines, pattern, strict=True):
        form = re.sub(r"([\[*?])", r"[\1]", told).replace("…", "*")
        assert fnmatchcase(line.rstrip(), form), f"{where}\n{told}\n{line}"


def _choices(one: ArgumentParser) -> dict[str, ArgumentParser]:
    """Return what comes next to *one*, by its word."""
    found = [action for action in one._actions if isinstance(action, _SubParsersAction)]
    return dict(found[0].choices) if found else {}
