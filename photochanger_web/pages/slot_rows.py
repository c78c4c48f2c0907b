"""What the dashboard shows of slots."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from aiohttp import web
from attrs import frozen

from photochanger_core.domain.errors import error_of
from photochanger_core.domain.first_slots import is_empty
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.provider_key import ProviderKey
from photochanger_core.domain.reports import SlotStats
from photochanger_core.domain.route import Route
from photochanger_core.domain.standing import Standing, standing
from photochanger_core.domain.starts import Starts
from photochanger_core.domain.stats import SlotState
from photochanger_core.use_cases.describe_providers import ProvidersView
from photochanger_core.use_cases.read_slots import SlotView
from photochanger_web.errors import error_text
from photochanger_web.links import ingest_url
from photochanger_web.locale import page_text
from photochanger_web.moments import rfc3339

from .ago import ago
from .route_titles import route_title


@frozen(kw_only=True)
class LastJob:
    """What came of the last photo that came to an end.

    Attributes:
        at: For programs; `ago` is for people, `moment` for sorting.
        problem: Why there was no picture; None: there was one.
    """

    moment: datetime
    at: str
    ago: str
    problem: str | None


@frozen(kw_only=True)
class Reset:
    """From when on photos are counted.

    Attributes:
        of: The slot, if it was reset alone; empty: everything was.
    """

    ago: str
    of: str


@frozen(kw_only=True)
class Row:
    """What is shown of a slot.

    Attributes:
        success: Percent of the last hour's photos that came back in time; None: there were none.
        reset: From when on; None: whatever there was is counted.
        places: Jobs that it may have in flight.
        route: What photos go to, in words.
        fallback: What they go to if that leads to nothing; None: nowhere.
        is_free: Whether nobody has set it up.
    """

    slot_id: str
    name: str
    provider: str
    model: str | None
    is_provider_down: bool
    has_key: bool
    standing: Standing
    active_jobs: int
    places: int
    last: LastJob | None
    success: int | None
    reset: Reset | None
    ingest_url: str
    route: str
    fallback: str | None
    is_active: bool
    is_free: bool
    version: int


@frozen(kw_only=True)
class Shared:
    """What all rows need, whatever the slot."""

    request: web.Request
    language: str
    places: int
    keys: Mapping[str, ProviderKey]
    providers: ProvidersView
    starts: Starts

    def title(self, route: Route) -> str:
        """Return what *route* is called."""
        return route_title(self.providers, route.provider, route.operation, self.language)


def row_of(shared: Shared, view: SlotView, stats: SlotStats) -> Row:
    """Return the row of the slot in *view*, which has been doing as *stats* tell."""
    slot, is_down, success = view.slot, view.circuit.is_open, stats.tally.success_rate
    key = shared.keys.get(slot.provider)
    return Row(
        slot_id=slot.slot_id,
        name=stats.display_name,
        provider=slot.provider.capitalize(),
        model=view.model,
        is_provider_down=is_down,
        has_key=key is not None and key.is_configured,
        standing=standing(stats, places=shared.places, is_provider_down=is_down),
        active_jobs=stats.state.active_jobs,
        places=shared.places,
        last=_last(shared.language, stats.state, view.at),
        success=None if success is None else round(100 * success),
        reset=_reset(shared, slot.slot_id, view.at),
        route=shared.title(slot.route),
        fallback=None if slot.fallback is None else shared.title(slot.fallback),
        ingest_url=ingest_url(shared.request, slot.slot_id),
        is_active=slot.is_active,
        is_free=is_empty(slot),
        version=slot.version,
    )


def _reset(shared: Shared, slot_id: SlotId, now: datetime) -> Reset | None:
    start = shared.starts.of(slot_id)
    if start is None:
        return None
    told = ago(partial(page_text, shared.language), start, now)
    return Reset(ago=told, of=slot_id if slot_id in shared.starts.slots else "")


def _last(language: str, state: SlotState, now: datetime) -> LastJob | None:
    ends = [moment for moment in (state.last_success_at, state.last_error_at) if moment]
    if not ends:
        return None
    last = max(ends)
    reason = None if last == state.last_success_at else state.last_error_reason
    return LastJob(
        moment=last,
        at=rfc3339(last),
        ago=ago(partial(page_text, language), last, now),
        problem=reason and error_text(error_of(reason), language),
    )
