"""How pictures are to be turned."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.images.exif import orientation
from tests.pictures import exif

SHORT, LONG = 3, 4


def block(value: int, *, order: str = "<", tag: int = 0x0112, kind: int = SHORT) -> bytes:
    """Return EXIF with two entries, the second being the one given."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 10) + b"??"
    entries = struct.pack(f"{order}HHHIHH", 2, 0x0100, SHORT, 1, 640, 0)
    return head + entries + struct.pack(f"{order}HHIHH", tag, kind, 1, value, 0)


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", range(1, 9))
def test_all_eight_are_read(value: int, order: str, prefix: bytes) -> None:
    assert orientation(prefix + block(value, order=order)) == value


def test_what_others_write_is_read() -> None:
    assert orientation(exif(7).tobytes()) == 7


@pytest.mark.parametrize("value", [0, 9, 1_000, 65_535])
def test_illegal_values_are_one(value: int) -> None:
    assert orientation(block(value)) == 1


def test_other_entries_are_not_taken_for_it() -> None:
    assert orientation(block(6, tag=0x0113)) == 1
    assert orientation(block(6, kind=LONG)) == 1


@given(st.integers(0, 40))
def test_what_is_cut_short_is_one(length: int) -> None:
    assert orientation(block(6)[: min(length, 33)]) == 1


@given(st.binary() | st.binary().map(lambda rest: b"II*\0" + rest))
def test_nonsense_is_within_bounds(content: bytes) -> None:
    assert 1 <= orientation(content) <= 8
