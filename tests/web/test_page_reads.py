"""What every page and part asks the store for does not grow with what there is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Final

import pytest
from attrs import Factory, define, evolve, field, frozen
from structlog.contextvars import get_contextvars

from photochanger_core.assembly import Ports
from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.job import JobSource
from photochanger_web.pages.routes import FOR_GUESTS, PAGES, PARTS
from tests.contract.samples import attempt, done, finished, job, job_id

from .running_site import Site, site_over
from .visitor import Visitor
from .world import World

ME: Final = Actor(name="test")
STORES: Final = (
    *("slots", "settings", "jobs", "results", "gallery_links", "job_list", "stats"),
    *("media_rows", "provider_keys", "audit", "accounts", "login_failures", "revoked_tokens"),
)
"""Ports behind each method of which there are as many statements, whatever they find."""

TEST: Final = job_id(900)
NAMES: Final = {"slot_id": "slot-001", "job_id": job_id(1)}
ADDRESSES: Final = {
    "/slots/{slot_id}/copy": "/slots/slot-001/copy?from=slot-002",
    "/parts/slots/{slot_id}/tests/{job_id}": f"/parts/slots/slot-001/tests/{TEST}",
}
FILES: Final = ("/preview", "/page")
"""What is of one picture, from its file."""

MOST: Final = 12
"""Questions that a page may ask, those about the session among them."""


@frozen
class Counted:
    """A port whose methods count how often they are awaited."""

    _port: Any
    _name: str
    _asked: Counter[str]

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not iscoroutinefunction(found):
            return found

        @wraps(found)
        async def counted(*args: Any, **more: Any) -> Any:
            if get_contextvars():  # else it is none of a request, but upkeep
                self._asked[f"{self._name}.{name}"] += 1
            return await found(*args, **more)

        return counted


@define(eq=False, kw_only=True)
class CountedWorld(World):
    """A world in memory that counts what is asked of what would be a database."""

    asked: Counter[str] = field(default=Factory(Counter))

    def ports(self, **changes: Any) -> Ports:
        ports = super().ports(**changes)
        counted: dict[str, Any] = {
            name: Counted(getattr(ports, name), name, self.asked) for name in STORES
        }
        return evolve(ports, **counted)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with site_over(CountedWorld()) as running:
        yield running


async def fill(site: Site, first: int, last: int) -> None:
    """Have jobs of all slots, of both kinds, and a deed for each."""
    world, now = site.world, site.world.clock.now()
    for number in range(first, last + 1):
        at = now - timedelta(seconds=number)
        one = job(number, slot_id=SLOT_IDS[number % 15], started_at=at)
        one = one.tried(attempt(1, started_at=at, failure_reason=FailureReason.QUOTA))
        ended = (
            one.failed(FailureReason.QUOTA, at=at)
            if number % 3 == 2
            else done(one, at + timedelta(hours=72))
        )
        await finished(world.jobs, ended)
        await world.audit.note(
            AuditEntry(at=at, actor=ME, action=AuditAction.RESULT_DELETED, subject=one.job_id)
        )


async def asked(site: Site, who: Visitor) -> dict[str, Counter[str]]:
    """Return what each page and part asks for."""
    assert isinstance(site.world, CountedWorld)
    found = {}
    routes = {*site.app[PAGES], *site.app[PARTS], *site.app[FOR_GUESTS]}
    for path in sorted(path for method, path in routes if method == "GET"):
        if "{token}" in path or path.endswith(FILES):
            continue
        site.world.asked.clear()
        reply = await who.get(ADDRESSES.get(path) or path.format(**NAMES))
        assert reply.status in (200, 303), path
        found[path] = Counter(site.world.asked)
    made = await site.use_cases.share_gallery(by=ME)
    site.world.asked.clear()
    assert (await who.get(f"/public/gallery/{made.token}/pictures")).status == 200
    found["shared"] = Counter(site.world.asked)
    return found


async def test_no_page_asks_more_often_when_there_is_more(
    site: Site, serg: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How fast anybody may ask is read every now and then, whatever is asked.
    monkeypatch.setattr("photochanger_core.use_cases.limit_requests._READ_EVERY", math.inf)
    test = evolve(job(900), source=JobSource.UI_TEST)
    await finished(site.world.jobs, test.failed(FailureReason.QUOTA, at=test.started_at))
    await fill(site, 1, 2)
    before = await asked(site, serg)

    await fill(site, 3, 120)
    for number, slot in enumerate([*SLOT_IDS, SLOT_IDS[0], SLOT_IDS[0]]):
        changes = {"display_name": f"Name {number}", "settings": {"prompt": "x"}}
        await site.use_cases.configure_slot(slot, changes, settings={}, by=ME)

    assert await asked(site, serg) == before
    assert {path: told for path, told in before.items() if told.total() > MOST} == {}
