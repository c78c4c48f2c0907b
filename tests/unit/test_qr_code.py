"""Links as QR codes: what is drawn is read again, without another program."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

import segno
from hypothesis import given
from hypothesis import strategies as st

from photochanger_web.qr_code import qr_code

_LINK = "https://photos.example.org/public/results/0123456789abcdef0123456789abcdef/page"
_RUN = re.compile(r"([mMh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?")


def drawn(svg: str) -> set[tuple[int, int]]:
    """Return the dark modules, each by its column and row, the quiet zone counted."""
    [path] = Xml.fromstring(svg)  # noqa: S314 - made right here
    modules, column, row = set(), 0.0, 0.0
    for kind, across, down in _RUN.findall(path.attrib["d"]):
        if kind == "h":
            modules |= {(int(column) + step, int(row)) for step in range(int(across))}
            column += int(across)
        elif kind == "m":
            column, row = column + float(across), row + float(down)
        else:
            column, row = float(across), float(down)
    return modules


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=200))
def test_every_module_of_the_code_is_drawn_inside_a_quiet_zone_of_four(path: str) -> None:
    link = f"https://photos.example.org/{path}"
    matrix = segno.make(link, error="m", micro=False, boost_error=False, mask=0).matrix

    expected = {
        (column + 4, row + 4)
        for row, modules in enumerate(matrix)
        for column, module in enumerate(modules)
        if module
    }

    assert drawn(qr_code(link)) == expected


def test_the_picture_has_no_size_of_its_own_and_carries_no_text() -> None:
    svg = qr_code(_LINK)

    assert svg.startswith('<svg viewBox="0 0 45 45" class="qr">')
    assert "photos.example.org" not in svg
