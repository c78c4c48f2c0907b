from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_web.spreadsheet import Cell, spreadsheet

CELLS = st.text(st.sampled_from('aЯ;,"\r\n\t=+-@ ') | st.characters(exclude_categories=["Cs"]))


def read(cell: Cell) -> str:
    """What a spreadsheet makes of a cell."""
    body = spreadsheet("t.csv", ["head", "end"], [[cell, 1]]).body
    assert isinstance(body, bytes)
    text = io.StringIO(body.decode("utf-8-sig"), newline="")
    head, row = csv.reader(text, delimiter=";")
    assert head == ["head", "end"]
    first, last = row
    assert last == "1"
    return first


@given(text=CELLS)
def test_any_text_stays_in_its_cell_and_begins_no_formula(text: str) -> None:
    cell = read(text)

    assert cell.removeprefix("'") == text.removeprefix("'")
    assert not cell.startswith(tuple("=+-@\t\r\n"))


@pytest.mark.parametrize("cell, shown", [(-5, "-5"), (0, "0"), (None, ""), ("", ""), ("x", "x")])
def test_numbers_and_nothing_are_what_they_are(cell: Cell, shown: str) -> None:
    assert read(cell) == shown
