"""Places in what is told page by page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, tuple_

from .columns import CODE, MOMENT
from .statements import given


def comes_after(moment: ColumnElement[Any], key: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a row comes after the one with `after_moment` and `after_id`.

    Compared as one, so that an index over both leads there at once.
    """
    return tuple_(moment, key) > tuple_(given("after_moment", MOMENT), given("after_id", CODE))
