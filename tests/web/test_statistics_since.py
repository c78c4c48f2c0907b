"""«Сброс статистики»: what a browser remembers, and what that does to figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.starts import ALL_COUNTED, Starts
from photochanger_web.pages.statistics_since import PATH, starts_of
from tests.contract.samples import done, finished
from tests.logins import give_account

from .booth import Reply
from .running_site import Site
from .test_stats import begun
from .visitor import Visitor, visitor

FIRST, SECOND, *_ = SLOT_IDS


@pytest.fixture
async def serg(site: Site) -> Visitor:
    await give_account(site.world, "serg", scopes=[Scope.SLOTS_READ, Scope.STATS_READ])
    who = visitor(site)
    await who.log_in()
    return who


async def change(who: Visitor, action: str, slot: str = "", then: str = "/slots") -> Reply:
    key = await who.form_key()
    fields = {"csrf_token": key, "action": action, "slot": slot, "next": then}
    return await who.submit(PATH, fields)


def remembered(who: Visitor) -> Starts:
    said = who.cookies.get("statistics_since")
    headers = {} if said is None else {"Cookie": f"statistics_since={said}"}
    return starts_of(make_mocked_request("GET", "/", headers=headers))


async def test_resets_are_remembered_until_they_are_undone(site: Site, serg: Visitor) -> None:
    reply = await change(serg, "reset", then="/statistics?window_minutes=180")
    assert (reply.status, reply.headers["location"]) == (
        303,
        "/statistics?window_minutes=180&done=reset",
    )
    first = remembered(serg)
    assert first.everything is not None
    assert timedelta(0) <= site.use_cases.read_stats.now() - first.everything < timedelta(minutes=1)

    site.world.clock.stepped += timedelta(minutes=5)
    await change(serg, "reset", SECOND)
    second = remembered(serg)
    assert second.everything == first.everything
    assert list(second.slots) == [SECOND]
    assert second.slots[SECOND] - first.everything >= timedelta(minutes=5)

    reply = await change(serg, "undo", SECOND)
    assert reply.headers["location"] == "/slots?done=restored"
    assert remembered(serg) == first
    await change(serg, "undo")
    assert remembered(serg) == ALL_COUNTED
    assert "statistics_since" not in serg.cookies


async def test_what_was_before_is_not_counted(site: Site, serg: Visitor) -> None:
    now = site.use_cases.read_stats.now()
    for number, slot in enumerate([FIRST, SECOND], start=1):
        await finished(site.world.jobs, done(begun(now, number, slot_id=slot)))
    await change(serg, "reset", SECOND)
    apart = await site.use_cases.read_stats.overview(60, remembered(serg))
    assert [one.tally.jobs for one in apart.slots[:2]] == [1, 0]
    assert [one.state.last_success_at is None for one in apart.slots[:2]] == [False, True]
    assert apart.system.tally.jobs == 2

    await change(serg, "reset")
    none = await site.use_cases.read_stats.overview(60, remembered(serg))
    assert none.system.tally.jobs == 0
    assert none.system.totals.jobs == 2
    assert (await site.use_cases.read_stats.overview(60)).system.tally.jobs == 2


async def test_failures_that_are_not_counted_hide_none_that_are(site: Site, serg: Visitor) -> None:
    now = site.use_cases.read_stats.now()
    old = begun(now - timedelta(minutes=20), 1, slot_id=SECOND)
    await finished(site.world.jobs, old.failed(FailureReason.QUOTA, at=old.started_at))
    for number in range(2, 24):
        one = begun(now, number, slot_id=FIRST)
        await finished(site.world.jobs, one.failed(FailureReason.QUOTA, at=one.started_at))
    await change(serg, "reset", FIRST)

    shown = await site.use_cases.read_stats.failures(None, remembered(serg))
    assert [job.job_id for job in shown] == [old.job_id]
    assert len(await site.use_cases.read_stats.failures(None)) == 20


@pytest.mark.parametrize(
    "said",
    ["", "x", "all", "all.1", "all.99999999999999", "slot-016.1764428400000", "_", "all.١" * 13],
)
def test_what_is_none_of_ours_says_nothing(said: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Cookie": f"statistics_since={said}"})

    assert starts_of(request) == ALL_COUNTED


@pytest.mark.parametrize("action, slot, status", [("x", "", 400), ("reset", "slot-016", 404)])
async def test_what_is_wrong_changes_nothing(
    serg: Visitor, action: str, slot: str, status: int
) -> None:
    assert (await change(serg, action, slot)).status == status
    assert remembered(serg) == ALL_COUNTED


async def test_only_our_pages_reset_and_lead_to_our_pages(serg: Visitor) -> None:
    assert (await serg.submit(PATH, {"action": "reset"})).status == 403
    reply = await change(serg, "reset", then="//evil.test/")
    assert reply.headers["location"] == "/slots?done=reset"


async def test_who_may_not_see_figures_resets_none(site: Site) -> None:
    await give_account(site.world, "igor", scopes=[Scope.SLOTS_READ])
    who = visitor(site)
    await who.log_in("igor")

    assert (await change(who, "reset")).status == 403
