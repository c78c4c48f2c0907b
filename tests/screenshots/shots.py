"""Which pages are shown: a line each."""

from __future__ import annotations

from typing import Final

from attrs import frozen

CLOSED: Final = "details:not([open]) > summary"


@frozen(kw_only=True)
class Shot:
    """A page to be shown.

    Attributes:
        name: Of the files.
        path: Its address; `Event` says what stands in braces.
        is_for_guests: Whether it is seen without logging in.
        status: That it is answered with.
        pressed: What is pressed before it is shown, as long as there is such a thing.
    """

    name: str
    path: str
    is_for_guests: bool = False
    status: int = 200
    pressed: str | None = None


SHOTS: Final = (
    Shot(name="login", path="/login", is_for_guests=True),
    Shot(name="slots", path="/slots"),
    Shot(name="slot", path="/slots/slot-001"),
    Shot(name="slot-open", path="/slots/slot-001", pressed=CLOSED),
    Shot(name="slot-copy", path="/slots/slot-006/copy?from=slot-001"),
    Shot(name="statistics", path="/statistics?window_minutes=1440"),
    Shot(name="gallery", path="/gallery"),
    Shot(name="picture", path="/gallery/{job}"),
    Shot(name="jobs", path="/jobs"),
    Shot(name="job", path="/jobs/{job}"),
    Shot(name="audit", path="/audit"),
    Shot(name="settings", path="/settings"),
    Shot(name="result", path="/public/results/{result}/page", is_for_guests=True),
    Shot(name="slot-gallery", path="/public/slots/slot-001", is_for_guests=True),
    Shot(name="shared-gallery", path="/public/gallery/{token}", is_for_guests=True),
    Shot(name="not-found", path="/nothing", is_for_guests=True, status=404),
    Shot(name="gone", path="/public/results/{gone}/page", is_for_guests=True, status=410),
)
"""In the order in which somebody would look at them."""
