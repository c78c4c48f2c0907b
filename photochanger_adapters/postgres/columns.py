"""Columns of tables, in the kinds there are."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

CODE: Final = Text(collation="C")
"""Identifiers, ordered as Python orders them."""
MOMENT: Final = DateTime(timezone=True)


def code(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    """Return a column of identifiers."""
    return Column(name, CODE, nullable=null, primary_key=key)


def moment(name: str, *, null: bool = False) -> Column[Any]:
    """Return a column of moments."""
    return Column(name, MOMENT, nullable=null)


def text(name: str, *, null: bool = False) -> Column[Any]:
    """Return a column of text, in no order of its own."""
    return Column(name, Text, nullable=null)


def integer(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    """Return a column of whole numbers."""
    return Column(name, Integer, nullable=null, primary_key=key)


def big(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    """Return a column of whole numbers of any size."""
    return Column(name, BigInteger, nullable=null, primary_key=key)


def json(name: str, *, null: bool = False) -> Column[Any]:
    """Return a column of JSON."""
    return Column(name, JSONB, nullable=null)


def flag(name: str) -> Column[Any]:
    """Return a column of yes and no."""
    return Column(name, Boolean, nullable=False)
