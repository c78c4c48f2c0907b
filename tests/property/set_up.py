"""How the service is set up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from photochanger_core.domain.ids import SlotId

from .forms import PASSWORD
from .sending import PLAIN, WINDOWS

EVERYWHERE: Final = 5
"""Jobs in flight at once."""
IN_SLOT: Final = 3
PLACES: Final = 3
"""Photos a provider works on at once: as many as one slot has jobs, so plain ones never wait."""
TTL: Final = timedelta(hours=2)

SETTINGS: Final[Mapping[str, object]] = {
    "ingest_password": PASSWORD,
    "result_ttl_hours": TTL // timedelta(hours=1),
    "max_in_flight_jobs": EVERYWHERE,
    "slot_max_in_flight": IN_SLOT,
    "provider_concurrency": PLACES,
    "request_rate": 10_000,
    "request_burst": 10_000,
}


def slots_at_first() -> Iterator[tuple[SlotId, dict[str, object]]]:
    """Yield the slots that are on, each with its options. Plain ones have a provider each."""
    for number, (slot, window) in enumerate(WINDOWS.items(), start=1):
        options: dict[str, object] = {
            "is_active": True,
            "size_limit_mb": 1,
            "sync_response_seconds": window,
            "provider": "first",
        }
        if slot in PLAIN:
            once = {"no_picture_tries": 1, "error_tries": 1}
            options |= {"provider": f"plain-{number}", "retry": once}
        yield slot, options
