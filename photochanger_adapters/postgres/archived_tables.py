"""Which tables a backup holds: all that there are, but for those named here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    cast,
    exists,
    func,
    literal,
    literal_column,
    select,
    true,
)

from .statements import Statement
from .tables import (
    AUDIT,
    CLEANUP_RUNS,
    INSTALLATION,
    JOB_TOTALS,
    METADATA,
    SETTINGS,
    SLOT_HISTORY,
    SLOTS,
)

LEFT_OUT: Final[Mapping[Table, str]] = {
    JOB_TOTALS: "the database counts again as jobs come",
    INSTALLATION: "it tells the database from the one that the backup is of",
}
"""With the reason."""

ARCHIVED: Final = tuple(table for table in METADATA.tables.values() if table not in LEFT_OUT)
"""In an order in which they can be filled: none refers to a later one."""

SEQUENCES: Final = frozenset({"turn_ticket"}) | {
    f"{table.name}_{column.name}_seq" for table in ARCHIVED for column in table.c
}
"""Names that sequences may have: PostgreSQL calls that of an identity column so."""

_FIRST_START: Final = "environment"
_FROM_FIRST_START: Final[Mapping[Table, ColumnElement[bool]]] = {
    SLOTS: SLOTS.c.version == 1,
    SLOT_HISTORY: SLOT_HISTORY.c.version == 1,
    SETTINGS: SETTINGS.c.updated_by == _FIRST_START,
    AUDIT: AUDIT.c.actor == _FIRST_START,
    CLEANUP_RUNS: true(),  # a timer's
}
"""Rows that are there before anybody has done anything."""


def lines_of(table: Table) -> Statement:
    """Return the statement that yields each row of *table* as a line of JSON."""
    row = select(*(cast(column, Text).label(column.name) for column in table.c)).subquery("r")
    line = func.row_to_json(literal_column("r"))
    return Statement.of(select(cast(line, Text).label("line")).select_from(row))


def count_all() -> Statement:
    """Return the statement that counts the rows of all archived tables."""
    counts = [select(func.count()).select_from(table).scalar_subquery() for table in ARCHIVED]
    total: ColumnElement[int] = literal(0)
    for count in counts:
        total = total + count
    return Statement.of(select(total.label("rows")))


def in_use() -> Statement:
    """Return the statement that names the tables that hold more than a first start leaves."""
    return Statement.of(select(*(_holds_more(table) for table in ARCHIVED)))


def _holds_more(table: Table) -> ColumnElement[Any]:
    rows: Select[Any] = select(literal_column("1")).select_from(table)
    if table in _FROM_FIRST_START:
        rows = rows.where(~_FROM_FIRST_START[table])
    return exists(rows).label(table.name)
