"""Pictures that are not what they should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from attrs import field, frozen

from .painting import black_square, flattened, turned_over

_BOMB_EDGE: Final = 30_000

Paint = Callable[[], bytes]
"""Makes the right picture, a PNG."""


@frozen
class Labelled:
    """A picture, or what is sent instead of one, and the type it is said to have."""

    content: bytes = field(repr=False)
    label: str = "image/png"


def not_a_picture(_: Paint) -> Labelled:
    """Text, labelled as PNG."""
    return Labelled(b"This is a text, whatever its label says.")


def svg(_: Paint) -> Labelled:
    """An SVG with a script in it."""
    content = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    return Labelled(content, "image/svg+xml")


def gif(_: Paint) -> Labelled:
    """A GIF of one pixel."""
    head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    image = b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    return Labelled(head + image, "image/gif")


def truncated_picture(paint: Paint) -> Labelled:
    """The first half of the picture."""
    picture = paint()
    return Labelled(picture[: len(picture) // 2])


def flat(paint: Paint) -> Labelled:
    """A picture of one colour, as large as the right one."""
    return Labelled(flattened(paint()))


def turned(paint: Paint) -> Labelled:
    """The picture on its side: it stands where it should lie, and lies where it should stand."""
    return Labelled(turned_over(paint()))


def bomb_picture(_: Paint) -> Labelled:
    """A PNG of 30,000 × 30,000 pixels in some hundred kilobytes."""
    return Labelled(_bomb())


def mislabelled(paint: Paint) -> Labelled:
    """The picture, a PNG, labelled as JPEG."""
    return Labelled(paint(), "image/jpeg")


ODD_PICTURES: Final[Mapping[str, Callable[[Paint], Labelled]]] = {
    odd.__name__: odd
    for odd in (not_a_picture, svg, gif, truncated_picture, flat, turned, bomb_picture, mislabelled)
}
"""Pictures that come on request, by the name of the fault. They take their time: use a thread."""


@cache
def _bomb() -> bytes:
    return black_square(_BOMB_EDGE)
