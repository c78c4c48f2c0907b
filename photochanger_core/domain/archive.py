"""What a backup is made of: rows of tables, pictures that rows promise, accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from attrs import field, frozen

from .account import Account
from .ids import JobId, MediaId, SlotId
from .job import Result
from .media import MediaObject
from .moments import aware


class Obstacle(StrEnum):
    """What is in the way of a backup, or of restoring one, and can be put right by an operator."""

    FILE_THERE = "file_there"
    NO_FILE = "no_file"
    READ_TWICE = "read_twice"
    FILE_IN_USE = "file_in_use"
    TERMINAL = "terminal"
    SYSTEM = "system"
    PICTURES_THERE = "pictures_there"
    DATABASE_NOT_EMPTY = "database_not_empty"
    DATABASE_IN_USE = "database_in_use"
    RESTORING = "restoring"
    LATER_ARCHIVE = "later_archive"


class ArchiveError(Exception):
    """A backup cannot be made or restored; the text says why in one line.

    Told to operators only: no guest asks for a backup, so it has no reason that could be counted.

    Attributes:
        obstacle: What has to be put right first; None: it is only as the text says.
        values: What goes with that, by name.
    """

    def __init__(self, text: str, obstacle: Obstacle | None = None, **values: object) -> None:
        super().__init__(text)
        self.obstacle = obstacle
        self.values: Mapping[str, object] = values


class ArchiveDamaged(ArchiveError):
    """An archive is not, or not any more, what was written as one."""


class RestoreRefused(ArchiveError):
    """There is something in the way of what is to be restored."""


@frozen(kw_only=True)
class TableShape:
    """A table and its columns, as far as they are in an archive."""

    name: str
    columns: tuple[str, ...]


def _told_once(_: object, __: object, tables: Sequence[TableShape]) -> None:
    if len({table.name for table in tables}) != len(tables):
        raise ValueError("a table is told of twice")


@frozen(kw_only=True)
class Manifest:
    """What an archive says of itself.

    Attributes:
        schema_version: Of the tables: the number of their last migration.
        created_at: When the rows were as they are in it.
        tables: In the order in which they can be filled.
        sequences: The last number that each has given.
    """

    schema_version: int
    created_at: datetime = field(validator=aware)
    tables: tuple[TableShape, ...] = field(validator=_told_once)
    sequences: Mapping[str, int]


@frozen(kw_only=True)
class StoredResult:
    """The picture of a job, as a row promises it."""

    media_id: MediaId
    slot_id: SlotId
    job_id: JobId
    result: Result

    @property
    def size(self) -> int:
        """Bytes of the picture."""
        return self.result.size

    @property
    def sha256(self) -> str:
        """Checksum of the picture."""
        return self.result.sha256

    def is_gone(self, now: datetime) -> bool:
        """Whether it is past its time or removed."""
        return self.result.is_gone(now)


Promised: TypeAlias = StoredResult | MediaObject
"""A picture that a row promises."""


@frozen(kw_only=True)
class RowsPart:
    """Some rows of a table: lines of JSON, each an object of texts and nulls by column."""

    table: str
    lines: Sequence[bytes] = field(repr=False)


@frozen(kw_only=True)
class PicturePart:
    """A picture; its chunks are to be taken before the next part is."""

    media_id: MediaId
    size: int
    chunks: AsyncIterator[bytes] = field(repr=False)


@frozen(kw_only=True)
class AccountsPart:
    """Who may log in."""

    accounts: tuple[Account, ...]


Part: TypeAlias = RowsPart | PicturePart | AccountsPart

Tell: TypeAlias = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is in all."""


def tell_nobody(_what: str, _done: int, _of: int) -> None:
    """Keep progress to oneself."""
