"""Pictures of a backup that something is amiss with."""

from __future__ import annotations

import pytest

from photochanger_cli.pictures_told import warn_of


@pytest.mark.parametrize(
    "count, names",
    [(1, "p0"), (5, "p0, p1, p2, p3, p4"), (6, "p0, p1, p2, p3, p4, ...")],
)
def test_a_few_are_named(count: int, names: str, capsys: pytest.CaptureFixture[str]) -> None:
    warn_of([f"p{number}" for number in range(count)], "are away")
    told = capsys.readouterr()
    assert told.err == f"photochanger: {count} pictures are away: {names}\n"
    assert told.out == ""


def test_nothing_is_said_of_none(capsys: pytest.CaptureFixture[str]) -> None:
    warn_of([], "are away")
    assert capsys.readouterr().err == ""
