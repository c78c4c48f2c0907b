"""All slots' pictures are shown to whoever has a link, for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import GalleryLinkExpired, GalleryLinkNotFound
from photochanger_core.domain.gallery_link import LINK_LIFE, LINK_MEMORY, link_digest
from photochanger_core.domain.ids import SlotId
from photochanger_core.use_cases.cleaning import Cleaning
from tests.contract.samples import TICK, done, finished, job
from tests.memory_world import MemoryWorld

SERG = Actor(name="serg", address="203.0.113.7")
OTHER = SlotId("slot-002")


async def shared(world: MemoryWorld) -> str:
    return (await world.use.share_gallery(by=SERG)).token


async def seen(world: MemoryWorld, token: str) -> list[str]:
    return [job.job_id for job in (await world.use.show_shared_gallery(token)).jobs]


async def sent_to_both(world: MemoryWorld) -> tuple[str, str]:
    """Have a picture in either slot, and return the jobs."""
    first, second = job(1, started_at=world.clock.now()), job(2, started_at=world.clock.now())
    await finished(world.jobs, done(first))
    await finished(world.jobs, done(evolve(second, slot_id=OTHER), after=2))
    return first.job_id, second.job_id


async def set_gallery(world: MemoryWorld, gallery: str) -> None:
    await world.use.configure_slot(OTHER, {"gallery": gallery}, settings={}, by=SERG)


async def test_the_pictures_of_all_slots_are_shown_with_their_names(world: MemoryWorld) -> None:
    first, second = await sent_to_both(world)
    view = await world.use.show_shared_gallery(await shared(world))

    assert [job.job_id for job in view.jobs] == [second, first]
    assert view.names[OTHER] == "Slot 2"
    assert view.expires_at == view.at + LINK_LIFE


async def test_no_more_are_shown_than_is_set(world: MemoryWorld) -> None:
    _, second = await sent_to_both(world)
    await world.use.configure_settings({"gallery_limit": 1}, by=SERG)

    assert await seen(world, await shared(world)) == [second]


@pytest.mark.parametrize("gallery, shown", [("open", 2), ("key", 2), ("off", 1)])
async def test_what_is_nobodys_to_see_is_left_out(
    world: MemoryWorld, gallery: str, shown: int
) -> None:
    await sent_to_both(world)
    token = (await world.use.share_gallery(by=SERG)).token
    await set_gallery(world, gallery)

    assert len(await seen(world, token)) == shown


async def test_what_is_deleted_or_over_is_not_shown(world: MemoryWorld) -> None:
    first, second = await sent_to_both(world)
    await world.use.delete_result(second, by=SERG)
    assert await seen(world, await shared(world)) == [first]
    world.clock.stepped += timedelta(days=8)
    assert await seen(world, await shared(world)) == []


async def test_a_link_ends_after_its_last_instant(world: MemoryWorld) -> None:
    token = await shared(world)
    world.clock.stepped += LINK_LIFE
    assert await seen(world, token) == []
    world.clock.stepped += TICK
    with pytest.raises(GalleryLinkExpired):
        await seen(world, token)


async def test_that_it_was_one_is_known_for_a_week(world: MemoryWorld) -> None:
    token = await shared(world)
    world.clock.stepped += LINK_LIFE + LINK_MEMORY
    await world.use.purge_gallery_links()
    with pytest.raises(GalleryLinkExpired):
        await seen(world, token)
    world.clock.stepped += TICK
    await world.use.clean_up(Cleaning(), by=SERG)
    with pytest.raises(GalleryLinkNotFound):
        await seen(world, token)


@given(st.text(max_size=80))
def test_whatever_a_token_looks_like_it_has_a_digest(token: str) -> None:
    assert len(link_digest(token)) == 64


@pytest.mark.parametrize("token", ["", "x", "\udcff", link_digest("gallery-key")])
async def test_nobody_gets_in_without_a_link(world: MemoryWorld, token: str) -> None:
    await shared(world)

    with pytest.raises(GalleryLinkNotFound):
        await seen(world, token)


async def test_the_token_is_kept_nowhere(world: MemoryWorld) -> None:
    made = await world.use.share_gallery(by=SERG)
    [entry] = world.audit.entries

    assert (entry.actor, entry.subject) == (SERG, "gallery")
    assert entry.action is AuditAction.GALLERY_SHARED
    assert list(world.gallery_links.expiries) == [link_digest(made.token)]
    assert made.token not in f"{entry} {made} {world.gallery_links}"
