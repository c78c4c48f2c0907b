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


def comes_before(moment: ColumnElement[Any], key: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a row comes before the one with `before_moment` and `before_id`, likewise."""
    return tuple_(moment, key) < tuple_(given("before_moment", MOMENT), given("before_id", CODE))
