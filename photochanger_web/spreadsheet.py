"""Tables that open in a spreadsheet by a double click."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from aiohttp import web

_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that a spreadsheet would compute (OWASP, CSV injection)."""

Cell = str | int | None


def spreadsheet(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> web.Response:
    """Return a file called *name*: UTF-8 with a mark that says so, `;` between quoted cells.

    Semicolons are what spreadsheets expect where the comma divides decimals, as in Russia. Text
    is never taken for a formula: an apostrophe is put before it.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return web.Response(
        body=table.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
