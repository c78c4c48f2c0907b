"""Reading JSON that anybody may have written."""

from __future__ import annotations

import re
from typing import Final

import orjson

MAX_QUOTE: Final = 300
"""Characters of somebody else's text that are kept for the log."""

_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_=-]{48,}")
"""What is no word: a picture in base64, a key, a token."""

_MARK: Final = b"\xef\xbb\xbf"
"""What some programs write before their UTF-8."""

MAX_VALUES: Final = 100_000
"""JSON values that are built at most.

An honest answer has some dozens; 32 MiB of `[],[],…` would become a gigabyte of lists.
"""


class NotJson(ValueError):
    """The bytes are no JSON, or more of it than anybody honest sends."""


def parsed(body: bytes | bytearray) -> object:
    """Return the JSON in *body*; of an array its first element: errors come wrapped at times.

    Raises:
        NotJson: If there is none. Too deep nesting counts as none (orjson stops at 1,024).
    """
    # Each value comes first, after a comma, or after an opening bracket; base64 has none of them.
    if sum(map(body.count, (b",", b"[", b"{"))) >= MAX_VALUES:
        raise NotJson(f"more than {MAX_VALUES} values")
    try:
        document: object = orjson.loads(body.removeprefix(_MARK))
    except orjson.JSONDecodeError as error:
        raise NotJson("no JSON") from error
    return document[0] if isinstance(document, list) and document else document


def dig(value: object, *path: str) -> object:
    """Return what lies at *path* inside nested objects, or None where the path ends."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def listed(value: object) -> list[object]:
    """Return *value* if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def quote(*texts: object) -> str:
    """Return those of *texts* that are text, fit for a log line.

    Printable, on one line, and at most `MAX_QUOTE` characters in all; what is encoded is left out:
    who repeats what he was sent repeats a guest's picture.
    """
    words = " ".join(text[: 4 * MAX_QUOTE] for text in texts if isinstance(text, str)).split()
    line = "".join(filter(str.isprintable, " ".join(words)))
    return _ENCODED.sub("…", line)[:MAX_QUOTE]


def quote_bytes(label: str, body: bytes | bytearray) -> str:
    """Return *label* and the beginning of *body* like `quote`, whatever encoding it has."""
    return quote(label, body[: 4 * MAX_QUOTE].decode("utf-8", "replace"))
