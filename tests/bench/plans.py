"""How the database answers a statement: its time, and where it looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from photochanger_adapters.postgres.statements import Statement
from tests.databases import ask

from .filling import ALL_TABLES

Plan = tuple[str, Statement, Mapping[str, Any]]
"""A statement with its name, and values for it."""

_EXPLAIN: Final = "EXPLAIN (ANALYZE, BUFFERS)"


@frozen(kw_only=True)
class Seen:
    """How a statement was answered.

    Attributes:
        fetches: Rows of indexes that had to be looked up in the table.
        spilled: Whether something was sorted or grouped on disk.
        whole: Tables that were read from end to end.
    """

    name: str
    ms: float
    indexes: list[str]
    fetches: int
    spilled: bool
    whole: list[str]

    def __str__(self) -> str:
        told = [f"  {self.name:20} {self.ms:7.1f} ms ", *self.indexes]
        if self.fetches:
            told.append(f" rows visited for visibility: {self.fetches}")
        if self.spilled:
            told.append(" SPILLS TO DISK")
        if self.whole:
            told.append(f" READS ALL OF {self.whole}")
        return " ".join(told)


def seen_plans(dsn: str, statements: Iterable[Plan]) -> Iterator[Seen]:
    """Have every statement answered and explained."""
    for name, statement, values in statements:
        text, parameters = statement.text, statement.parameters(values)
        rows = ask(dsn, f"{_EXPLAIN} {text}", parameters)
        yield _seen(name, "\n".join(row["QUERY PLAN"] for row in rows))


def show_plans(dsn: str, statements: Iterable[Plan]) -> list[Seen]:
    """Do that, print what is seen of each, and return it."""
    seen = []
    for one in seen_plans(dsn, statements):
        print(one, flush=True)
        seen.append(one)
    return seen


def _seen(name: str, plan: str) -> Seen:
    return Seen(
        name=name,
        ms=float(re.findall(r"Execution Time: (\S+) ms", plan)[0]),
        indexes=sorted(set(re.findall(r"(?:using|Scan on) (\w+_\w*_\w+)", plan))),
        fetches=sum(map(int, re.findall(r"Heap Fetches: (\d+)", plan))),
        spilled=bool(re.search(r"Disk: \d+kB|Disk Usage: [1-9]", plan)),
        whole=[table for table in ALL_TABLES if re.search(rf"Seq Scan on {table}\b", plan)],
    )
