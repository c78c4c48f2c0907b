"""The pages of the documentation, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")))

_PROGRAMS: Final = (
    *("apt-get", "brew", "caddy", "cat", "cd", "chmod", "cp", "curl", "docker", "echo", "export"),
    *("git", "journalctl", "nginx", "nox", "openssl", "photochanger", "pip", "promtool", "psql"),
    *("python", "python3", "rm", "scp", "sphinx-build", "ssh", "sudo", "systemctl", "wsl"),
)
_COMMAND: Final = re.compile(
    rf"^\s*(?:\w+=\S+ +)*(?:{'|'.join(_PROGRAMS)})(?:\s|$)|\bphotochanger [a-z]+\b", re.MULTILINE
)
_MARK: Final = re.compile(r"\s*<!--\s*(?P<word>not run|prints)(?::\s*(?P<why>.*?))?\s*-->\s*", re.S)
_SHELLS: Final = ("sh",)
_NO_SHELLS: Final = ("json", "python", "http", "ini", "yaml", "toml", "nginx", "text", "sql")


@frozen(kw_only=True)
class Block:
    """Commands on a page.

    Attributes:
        line: Where it begins.
        why_not: Why nobody runs it; None: it is run.
        prints: What the page says that it prints; None: nothing.
    """

    line: int
    text: str
    why_not: str | None = None
    prints: str | None = None


def name_of(page: Path) -> str:
    """Return the name that *page* has in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks_of(page: Path) -> list[Block]:
    """Return the commands on *page*, in their order."""
    blocks = list[Block]()
    for mark, token in marked_blocks_of(page):
        text = token.content
        if mark is not None and mark["word"] == "prints":
            last = blocks.pop()
            blocks.append(Block(line=last.line, text=last.text, prints=text))
        elif _is_command(token, where=f"{page.name}:{_line(token)}"):
            why_not = mark["why"] if mark else None
            blocks.append(Block(line=_line(token), text=text, why_not=why_not))
    return blocks


def marked_blocks_of(page: Path) -> Iterator[tuple[re.Match[str] | None, Token]]:
    """Yield every block of code on *page*, and the mark before it."""
    mark = None
    for token in MarkdownIt("commonmark").parse(page.read_text("utf-8")):
        if token.type in ("fence", "code_block"):
            yield mark, token
        if token.type == "html_block":
            mark = _MARK.fullmatch(token.content)
        elif not token.type.endswith("_close"):
            mark = None


def _is_command(token: Token, where: str) -> bool:
    """Whether *token* shows commands. Blocks that say so are, others if they look so."""
    info = token.info.strip()
    if info in _SHELLS:
        return True
    if info.startswith("{") or info in _NO_SHELLS:
        return False
    assert not info, f"{where}: `{info}` is neither {_SHELLS} nor {_NO_SHELLS}"
    return _COMMAND.search(token.content) is not None


def _line(token: Token) -> int:
    assert token.map is not None
    return token.map[0] + 1
