"""What every `MediaRepoPort` promises."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from attrs import evolve

from photochanger_core.domain.errors import MediaNotFound
from photochanger_core.domain.ids import SlotId
from photochanger_core.domain.media import MediaKind, MediaUse, TemplateMedia
from photochanger_core.ports.job_repo import JobRepoPort
from photochanger_core.ports.media_repo import MediaRepoPort
from photochanger_core.ports.slot_repo import SlotRepoPort

from .samples import NOON, TICK, admitted, done, finished, job, media, media_id

PROVIDER, TEMPLATE = MediaUse.PROVIDER, MediaUse.TEMPLATE
LATER = NOON + timedelta(hours=1)


async def expired(media_rows: MediaRepoPort, now: datetime, limit: int = 10) -> list[str]:
    return [one.media_id for one in await media_rows.expired(now, limit)]


async def test_what_was_added_is_got(media_rows: MediaRepoPort, jobs: JobRepoPort) -> None:
    owner = await admitted(jobs, job())
    lent = media(1, job_id=owner.job_id, slot_id=SlotId("slot-001"), expires_at=LATER)
    template = media(2, use=TEMPLATE, location="templates/Ж 100%/payload.png")
    upload = media(3, use=MediaUse.UPLOAD)
    for one in (lent, template, upload):
        assert await media_rows.add(one) == one

    assert [await media_rows.get(media_id(number)) for number in (1, 2, 3)] == [
        lent,
        template,
        upload,
    ]


async def test_what_was_never_added_is_not_found(media_rows: MediaRepoPort) -> None:
    with pytest.raises(MediaNotFound):
        await media_rows.get(media_id(1))


async def test_the_same_picture_is_one_template(media_rows: MediaRepoPort) -> None:
    first = await media_rows.add(media(1, use=TEMPLATE))

    assert await media_rows.add(media(2, use=TEMPLATE)) == first
    assert await media_rows.same_template(first.sha256) == first
    with pytest.raises(MediaNotFound):
        await media_rows.get(media_id(2))


async def test_the_same_picture_may_be_lent_often(media_rows: MediaRepoPort) -> None:
    await media_rows.add(media(1, use=TEMPLATE))
    for number in (2, 3):
        assert (await media_rows.add(media(number))).media_id == media_id(number)


async def test_a_template_that_was_cleaned_is_none(media_rows: MediaRepoPort) -> None:
    first = await media_rows.add(media(1, use=TEMPLATE))
    await media_rows.mark_cleaned([first.media_id], NOON)

    assert await media_rows.same_template(first.sha256) is None
    assert await media_rows.templates([first.media_id]) == []
    assert (await media_rows.add(media(2, use=TEMPLATE))).media_id == media_id(2)


async def test_only_templates_are_found_as_templates(media_rows: MediaRepoPort) -> None:
    templates = [
        await media_rows.add(media(number, use=TEMPLATE, sha256=f"{number:064}"))
        for number in (3, 1)
    ]
    await media_rows.add(media(2))

    asked = [media_id(number) for number in (3, 2, 1, 4)]
    assert list(await media_rows.templates(asked)) == templates[::-1]
    assert list(await media_rows.templates([])) == []
    assert await media_rows.same_template(media(2).sha256) is None


async def test_what_expired_first_comes_first(media_rows: MediaRepoPort) -> None:
    for number, ticks in ((1, 2), (3, 1), (2, 1), (4, 3)):
        await media_rows.add(media(number, expires_at=NOON + ticks * TICK))
    await media_rows.add(media(5, use=TEMPLATE))

    assert await expired(media_rows, NOON + TICK) == []
    assert await expired(media_rows, NOON + 3 * TICK) == [media_id(n) for n in (2, 3, 1)]
    assert await expired(media_rows, NOON + 3 * TICK, limit=2) == [media_id(n) for n in (2, 3)]


async def test_the_first_time_of_cleaning_stays(media_rows: MediaRepoPort) -> None:
    added = [await media_rows.add(media(n, expires_at=NOON)) for n in (1, 2)]
    await media_rows.mark_cleaned([media_id(1), media_id(9)], NOON + TICK)
    await media_rows.mark_cleaned([media_id(1)], LATER)
    await media_rows.mark_cleaned([], LATER)

    assert await media_rows.get(media_id(1)) == evolve(added[0], cleaned_at=NOON + TICK)
    assert await media_rows.get(media_id(2)) == added[1]
    assert await expired(media_rows, LATER) == [media_id(2)]


async def test_results_are_none_of_its_business(
    media_rows: MediaRepoPort, jobs: JobRepoPort
) -> None:
    await finished(jobs, done(job()))

    assert await expired(media_rows, NOON + timedelta(days=9)) == []


async def latest(
    media_rows: MediaRepoPort, limit: int = 10, *, before: int | None = None
) -> list[str]:
    place = None if before is None else media_id(before)
    return [one.media_id for one in await media_rows.latest_templates(limit, before=place)]


def ids(*numbers: int) -> list[str]:
    return [media_id(number) for number in numbers]


async def test_the_youngest_template_comes_first(media_rows: MediaRepoPort) -> None:
    for number, ticks in ((1, 2), (2, 1), (3, 1), (4, 3)):
        at = NOON + ticks * TICK
        await media_rows.add(media(number, use=TEMPLATE, sha256=f"{number:064}", created_at=at))
    await media_rows.add(media(5))

    assert await latest(media_rows) == ids(4, 1, 3, 2)
    assert await latest(media_rows, 2) == ids(4, 1)
    assert await latest(media_rows, before=1) == ids(3, 2)
    assert await latest(media_rows, 1, before=3) == ids(2)
    assert await latest(media_rows, before=2) == []
    assert await latest(media_rows, before=9) == []
    assert await media_rows.retire(media_id(3), NOON)
    assert await latest(media_rows, before=1) == ids(2)
    assert await latest(media_rows, before=3) == ids(2)


async def test_only_a_template_that_nobody_uses_is_retired(
    media_rows: MediaRepoPort, slots: SlotRepoPort
) -> None:
    used = await media_rows.add(media(1, use=TEMPLATE))
    await media_rows.add(media(2))
    first = await slots.get(SlotId("slot-001"))
    bound = TemplateMedia(media_kind=MediaKind.STYLE, media_object_id=used.media_id)
    await slots.save(evolve(first, template_media=[bound], version=2))
    for number in (1, 2, 3):
        assert not await media_rows.retire(media_id(number), NOON)
    assert await media_rows.get(used.media_id) == used

    await slots.save(evolve(first, version=3))
    assert await media_rows.retire(used.media_id, NOON + TICK)
    assert not await media_rows.retire(used.media_id, LATER)
    assert await media_rows.get(used.media_id) == evolve(used, cleaned_at=NOON + TICK)


async def test_pages_of_what_expired_lead_to_the_end(media_rows: MediaRepoPort) -> None:
    for number, ticks in ((1, 2), (3, 1), (2, 1), (4, 3)):
        await media_rows.add(media(number, expires_at=NOON + ticks * TICK))

    first = await media_rows.expired(LATER, 2)
    await media_rows.mark_cleaned([first[-1].media_id], NOON)
    second = await media_rows.expired(LATER, 2, after=first[-1])
    assert [one.media_id for one in [*first, *second]] == ids(2, 3, 1, 4)
    assert await media_rows.expired(LATER, 2, after=second[-1]) == []


async def test_kept_is_what_is_of_the_use_and_not_cleaned(media_rows: MediaRepoPort) -> None:
    await media_rows.add(media(1, expires_at=NOON))
    await media_rows.add(media(2, use=MediaUse.UPLOAD))
    await media_rows.add(media(3))
    await media_rows.mark_cleaned([media_id(3)], NOON)

    asked = [media_id(number) for number in (1, 2, 3, 4)]
    assert set(await media_rows.kept(PROVIDER, asked)) == {media_id(1)}
    assert set(await media_rows.kept(MediaUse.UPLOAD, asked)) == {media_id(2)}
    assert set(await media_rows.kept(TEMPLATE, asked)) == set()
    assert set(await media_rows.kept(PROVIDER, [])) == set()
