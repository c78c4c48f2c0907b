"""Amounts, as people read them."""

from __future__ import annotations

import pytest

from photochanger_core.domain.slot import MEGABYTE
from photochanger_web.amounts import in_mebibytes


@pytest.mark.parametrize(
    "size, told",
    [
        (0, "0 МиБ"),
        (126_000, "0,12 МиБ"),
        (MEGABYTE - 1, "1 МиБ"),
        (MEGABYTE, "1 МиБ"),
        (2_000_000, "1,9 МиБ"),
        (1024 * MEGABYTE - 60_000, "1023,9 МиБ"),
        (1024 * MEGABYTE, "1 ГиБ"),
        (3 * 1024 * MEGABYTE // 2, "1,5 ГиБ"),
    ],
)
def test_sizes_are_told_as_limits_are(size: int, told: str) -> None:
    assert in_mebibytes("ru", size) == told
    assert in_mebibytes("en", size) == told.translate(str.maketrans("МГиБ,", "MGiB."))
