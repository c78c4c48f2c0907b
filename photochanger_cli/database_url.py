"""Addresses of PostgreSQL databases, as libpq takes them: `postgresql://user:password@host/name`.

Stricter than libpq in one thing: special characters in a user, password or parameter must be
written with `%`. So it is certain which part is the password, and no log shows a piece of it.
"""

from __future__ import annotations

import re
from typing import Final

from .locale import phrase

_HOST: Final = r"(?:[^@/?\#:,\[\]\s]*|\[[0-9A-Fa-f:.%]+\])(?::[0-9]*)?"
_URL: Final = re.compile(
    rf"""postgres(?:ql)?://
        (?:(?P<user>[^@/?\#:\s]*)(?::[^@/?\#:\s]*)?@)?
        (?P<hosts>{_HOST}(?:,{_HOST})*)
        (?P<name>/[^@/?\#\s]*)?
        (?:\?[^@?\#\s]*)?""",
    re.VERBOSE,
)


def database_url(text: str) -> str:
    """Return *text*, if it is the address of a database; raise ValueError otherwise."""
    if not _URL.fullmatch(text):
        raise ValueError(phrase("must.be_database_url"))
    return text


def without_secrets(url: str) -> str:
    """Return the address *url* without its password and its parameters."""
    match = _URL.fullmatch(url)
    if match is None:
        raise ValueError("not the address of a database")
    user = f"{match['user']}@" if match["user"] else ""
    return f"postgresql://{user}{match['hosts']}{match['name'] or ''}"
