"""Pictures inside an answer, taken out before its JSON is parsed. No I/O here.

A parser makes megabytes of text of them first, which others in this process wait for, and which is
held beside the picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import pybase64
from attrs import field, frozen

_KEY: Final = b'"data"'
_OPENING: Final = re.compile(rb'"data"[ \t\r\n]*:[ \t\r\n]*"')
"""Always a key of an object: inside a text its quotes would be escaped (RFC 8259, 7)."""

_LEAST: Final = 2**15
"""Characters below which parsing costs nothing."""

_MOST: Final = 32
"""So many keys are looked at; an honest answer has a picture, and perhaps some drafts."""


@frozen
class Emptied:
    """JSON that is short now.

    Attributes:
        body: With a mark in place of each picture; no base64 looks like one.
        pictures: By mark.
    """

    body: bytes | bytearray = field(repr=False)
    pictures: Mapping[str, bytes] = field(repr=False)


def emptied(body: bytes | bytearray) -> Emptied:
    """Return *body*, which may be no JSON at all, and the pictures that were in it.

    What is no base64, or is spelled with escapes, stays where it is, for the parser to judge.
    """
    pictures: dict[str, bytes] = {}
    pieces, place = bytearray(), 0
    for start, end in _long_data(body):
        picture = _decoded(body, start, end)
        if picture is not None:
            mark = f"*{len(pictures)}"
            pictures[mark] = picture
            pieces += body[place:start] + mark.encode()
            place = end
    if not pictures:
        return Emptied(body, {})
    return Emptied(pieces + body[place:], pictures)


def _long_data(body: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Yield where long values of `data` begin and end."""
    place = 0
    for _ in range(_MOST):
        place = body.find(_KEY, place)
        if place < 0:
            return
        opening = _OPENING.match(body, place)
        start = opening.end() if opening else place + len(_KEY)
        end = body.find(b'"', start)
        is_long = opening is not None and end - start >= _LEAST
        if is_long:
            yield start, end
        place = end if is_long else start  # no key is inside: to look for one took a millisecond


def _decoded(body: bytes | bytearray, start: int, end: int) -> bytes | None:
    try:
        with memoryview(body)[start:end] as data:
            return pybase64.b64decode(data, validate=True)
    except ValueError:
        return None
