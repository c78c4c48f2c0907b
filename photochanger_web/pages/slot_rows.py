"""What the dashboard shows of slots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from aiohttp import web
from attrs import frozen

from photochanger_core.domain.errors import error_of
from photochanger_core.domain.first_slots import is_empty
from photochanger_core.domain.provider_key import ProviderKey
from photochanger_core.domain.reports import SlotStats
from photochanger_core.domain.standing import Standing, standing
from photochanger_core.domain.stats import SlotState
from photochanger_core.use_cases.read_slots import SlotView
from photochanger_web.errors import error_text
from photochanger_web.keys import USE_CASES
from photochanger_web.links import ingest_url
from photochanger_web.locale import page_text
from photochanger_web.moments import rfc3339

from .ago import ago
from .language import language_of_page


@frozen(kw_only=True)
class LastJob:
    """What came of the last photo that came to an end.

    Attributes:
        at: For programs; `ago` is for people.
        problem: Why there was no picture; None: there was one.
    """

    at: str
    ago: str
    problem: str | None


@frozen(kw_only=True)
class Row:
    """What is shown of a slot.

    Attributes:
        success: Percent of the last hour's photos that came back in time; None: there were none.
        places: Jobs that it may have in flight.
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
    ingest_url: str
    is_active: bool
    is_free: bool
    version: int


@frozen(kw_only=True)
class Board:
    """What the dashboard shows.

    Attributes:
        rows: All, or those of the wanted standing.
        counts: Slots, by how they are doing.
        wanted: None: all are shown.
        free: The first slot that nobody has set up; None: all are in use.
    """

    rows: Sequence[Row]
    counts: Mapping[Standing, int]
    wanted: Standing | None
    free: str | None

    @property
    def is_new(self) -> bool:
        """Whether nothing was set up but what installing sets up."""
        return all(row.is_free for row in self.rows[1:]) and self.wanted is None


@frozen(kw_only=True)
class _Shared:
    """What all rows need."""

    request: web.Request
    language: str
    places: int
    keys: Mapping[str, ProviderKey]


async def board_of(request: web.Request, state: str | None) -> Board:
    """Return what is shown of slots that are doing as *state* says; anything else: of all.

    How many questions that takes does not depend on the slots.
    """
    use = request.app[USE_CASES]
    settings, overview = await use.read_settings(), await use.read_stats.overview()
    stats = {one.slot.slot_id: one for one in overview.slots}
    shared = _Shared(
        request=request,
        language=language_of_page(request),
        places=settings.stored.settings.slot_max_in_flight,
        keys=settings.keys,
    )
    views = await use.read_slots.all()
    return _board([_row(shared, view, stats[view.slot.slot_id]) for view in views], state)


def _board(rows: Sequence[Row], state: str | None) -> Board:
    wanted = Standing(state) if state in list(Standing) else None
    return Board(
        rows=[row for row in rows if wanted in (None, row.standing)],
        counts=Counter(row.standing for row in rows),
        wanted=wanted,
        free=next((row.slot_id for row in rows if row.is_free), None),
    )


def _row(shared: _Shared, view: SlotView, stats: SlotStats) -> Row:
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
        ingest_url=ingest_url(shared.request, slot.slot_id),
        is_active=slot.is_active,
        is_free=is_empty(slot),
        version=slot.version,
    )


def _last(language: str, state: SlotState, now: datetime) -> LastJob | None:
    ends = [moment for moment in (state.last_success_at, state.last_error_at) if moment]
    if not ends:
        return None
    last = max(ends)
    reason = None if last == state.last_success_at else state.last_error_reason
    return LastJob(
        at=rfc3339(last),
        ago=ago(partial(page_text, language), last, now),
        problem=reason and error_text(error_of(reason), language),
    )
