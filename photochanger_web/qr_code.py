"""Links that phones read from a screen."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from markupsafe import Markup

_QUIET_ZONE: Final = 4
"""Modules of white around the code (ISO/IEC 18004, 9.1)."""

_MASK: Final = 0
"""Any is read. To find the best one takes eight times as long as to draw the code (8.8)."""

_KEPT: Final = 512
"""Codes of a few KB each: drawing one takes some ms, and galleries are asked for all the time."""


@lru_cache(maxsize=_KEPT)
def qr_code(link: str) -> Markup:
    """Return *link* as the `<svg>` of a QR code, dark on nothing: it needs a light ground.

    A smudge on the screen does not matter: a seventh of it may be unreadable (level M).
    """
    # Not above: it takes 1 MB, and a server that only booths ask draws none.
    import segno  # noqa: PLC0415

    made = segno.make(link, error="m", micro=False, boost_error=False, mask=_MASK)
    picture = made.svg_inline(border=_QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(picture)  # noqa: S704 - numbers only: what the link says is drawn
