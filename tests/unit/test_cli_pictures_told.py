"""Pictures of a backup that something is amiss with."""

from __future__ import annotations

import pytest

from photochanger_cli.pictures_told import named


@pytest.mark.parametrize(
    "count, names",
    [(1, "p0"), (5, "p0, p1, p2, p3, p4"), (6, "p0, p1, p2, p3, p4, ...")],
)
def test_a_few_are_named(count: int, names: str) -> None:
    assert named([f"p{number}" for number in range(count)]) == names
