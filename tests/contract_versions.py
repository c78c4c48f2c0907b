"""The versions that the published contract has had, as the repository's history tells them.

A number names one document: what a caller has read under it stays true. So along the line of what
was published (the first parents: branches settle on a number when they are merged) a document that
changes has a greater version. Up to `BASELINE` there were no callers to be told.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from attrs import frozen

BASELINE: Final = (1, 1, 0)

_VERSION: Final = re.compile(
    rb"^info:\n(?: .*\n)*?  version: (\d+)\.(\d+)\.(\d+)$", re.MULTILINE
)  # parsing a hundred documents would take long
_SECONDS: Final = 30


class NoHistory(Exception):
    """There is none to look at; the message says why."""


@frozen
class Published:
    """A document that was the contract from some commit on.

    Attributes:
        where: The commit, or what else it is found in.
    """

    where: str
    document: bytes

    @property
    def version(self) -> tuple[int, ...]:
        """Its version. Raises ValueError if it says none that could be compared."""
        found = _VERSION.search(self.document)
        if found is None:
            raise ValueError(f"{self.where}: info.version is not three numbers")
        return tuple(int(number) for number in found.groups())


def published(root: Path, name: str) -> Sequence[Published]:
    """Return what *name*, a file in the repository at *root*, has been: the oldest first.

    The last is the file as it lies there, whether committed or not.

    Raises:
        NoHistory: If *root* is no repository, as in a source distribution.
    """
    commits = _git(root, "log", "--first-parent", "--reverse", "--format=%H", "--", name).split()
    asked = b"".join(commit + b":" + name.encode() + b"\n" for commit in commits)
    answered = _git(root, "cat-file", "--batch", given=asked)
    found = zip(commits, _documents(answered), strict=True)
    before = [Published(commit.decode()[:12], document) for commit, document in found if document]
    return [*before, Published("the working tree", (root / name).read_bytes())]


def faults(documents: Sequence[Published]) -> Iterator[str]:
    """Yield what is wrong with the versions of *documents*, the oldest first."""
    for old, new in pairwise(documents):
        if old.document == new.document or max(old.version, new.version) <= BASELINE:
            continue
        if new.version <= old.version:
            yield (
                f"{new.where} holds another document than {old.where}, "
                f"with version {_text(new)} after {_text(old)}"
            )


def _text(one: Published) -> str:
    return ".".join(map(str, one.version))


def _documents(batch: bytes) -> Iterator[bytes | None]:
    """Yield the blobs of `git cat-file --batch`; None for one that is not there."""
    while batch:
        head, _, batch = batch.partition(b"\n")
        if head.endswith(b" missing"):
            yield None
            continue
        size = int(head.rsplit(b" ", 1)[1])
        yield batch[:size]
        batch = batch[size + 1 :]


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    if not (root / ".git").exists():
        raise NoHistory("this is no checkout, so there is no history of the contract to look at")
    try:
        done = subprocess.run(  # noqa: S603 - arguments of our own
            ["git", "-C", str(root), *arguments],  # noqa: S607 - wherever it is
            input=given,
            stdout=subprocess.PIPE,
            check=True,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise NoHistory("git is not installed, which would tell the contract's history") from None
    return done.stdout
