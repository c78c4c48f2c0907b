"""The gallery: pictures of all slots, deleted and shared by administrators."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import StorageUnavailable
from photochanger_core.domain.ids import SLOT_IDS, JobId
from tests.contract.samples import done, finished, job

from .booth import PASSWORD_PART, PHOTO, file, get, post
from .running_site import Site
from .visitor import Visitor, logged_in, visitor

ME = Actor(name="test")
PICTURE = re.compile(r'<li class="tile" id="picture-([0-9a-f-]+)"')


async def photo(site: Site, content: bytes = PHOTO) -> str:
    """Have a photo sent, and return its job."""
    return (await post(site.port, [PASSWORD_PART, file(content)])).headers["x-job-id"]


async def with_pictures(site: Site, count: int) -> None:
    """Have pictures of all slots in turn."""
    for number in range(1, count + 1):
        at = site.world.clock.now() - timedelta(seconds=number)
        one = job(number, slot_id=SLOT_IDS[number % 15], started_at=at)
        await finished(site.world.jobs, done(one, at + timedelta(hours=72)))


async def shown(who: Visitor, path: str = "/gallery") -> str:
    reply = await who.get(path)
    assert reply.status == 200
    return reply.body.decode()


async def form(who: Visitor, **more: str) -> dict[str, str]:
    return {"csrf_token": await who.form_key(), **more}


async def test_the_header_leads_to_it(serg: Visitor) -> None:
    assert 'href="/gallery"' in await shown(serg, "/slots")
    assert "Снимков пока нет" in await shown(serg)


async def test_a_picture_is_shown_with_all_that_can_be_done(site: Site, serg: Visitor) -> None:
    job_id = await photo(site)
    page = await shown(serg)

    assert PICTURE.findall(page) == [job_id]
    assert "<strong>Slot 1</strong>" in page
    assert re.search(r'data-left="2\d{5}">7[12] ч \d+ мин<', page)
    assert f'href="/public/results/{job_id}"' in page
    assert f'href="/jobs/{job_id}"' in page
    assert f'href="/gallery/{job_id}#deletion"' in page
    assert re.search(r'<time datetime="[^"]+Z" data-local>[\d.]+ [\d:]+ UTC<', page)
    preview = await serg.get(f"/parts/gallery/{job_id}/preview")
    assert (preview.status, preview.headers["content-type"]) == (200, "image/webp")


async def test_in_its_last_hour_seconds_are_told(site: Site, serg: Visitor) -> None:
    await photo(site)
    site.world.clock.stepped += timedelta(hours=71, minutes=50)
    await serg.log_in()

    assert re.search(r'data-left="\d{3}">\d+:\d\d<', await shown(serg))


async def test_pictures_go_with_their_time_and_when_deleted(site: Site, serg: Visitor) -> None:
    first, second = await photo(site), await photo(site, PHOTO + b"2")
    await site.use_cases.delete_result(first, by=ME)
    assert PICTURE.findall(await shown(serg, "/parts/gallery")) == [second]
    site.world.clock.stepped += timedelta(hours=73)
    await serg.log_in()
    assert PICTURE.findall(await shown(serg, "/parts/gallery")) == []
    assert (await serg.get(f"/gallery/{second}")).status == 410
    assert (await serg.get(f"/parts/gallery/{second}/preview")).status == 410


async def test_those_of_one_slot_are_shown(site: Site, serg: Visitor) -> None:
    assert "У этого слота снимков пока нет" in await shown(serg, "/gallery?slot_id=slot-003")
    await with_pictures(site, 20)
    page = await shown(serg, "/gallery?slot_id=slot-003")

    assert len(PICTURE.findall(page)) == 2
    assert '<option value="slot-003" selected>' in page
    assert 'data-live="/parts/gallery?slot_id=slot-003"' in page
    assert "Slot 3" in page
    assert 'id="public-slot-003"' in page
    assert 'id="public-slot-004"' not in page


async def test_older_ones_follow_until_there_are_no_more(site: Site, serg: Visitor) -> None:
    await site.world.set(gallery_limit=40)
    await with_pictures(site, 130)
    path, counts = "/gallery?slot_id=", []
    while True:
        page = await shown(serg, path)
        counts.append(len(PICTURE.findall(page)))
        more = re.search(r'id="more-link" href="([^"]+)"', page)
        if more is None:
            break
        path = unescape(more[1])

    assert counts == [40, 80, 40, 50]
    assert 'href="/gallery">К самым новым' in page
    assert "before=" in path


async def test_more_leads_to_where_one_was(site: Site, serg: Visitor) -> None:
    await with_pictures(site, 15)
    [more] = re.findall(r'id="more-link" href="([^"]+)"', await shown(serg))

    assert more == f"/gallery?limit=20#picture-{job(10).job_id}"


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "before=x", "slot_id=slot-016"])
async def test_what_is_asked_wrongly_is_told(serg: Visitor, query: str) -> None:
    for path in ("/gallery", "/parts/gallery"):
        assert (await serg.get(f"{path}?{query}")).status == 422


async def test_no_slot_is_asked_for_by_itself(site: Site, serg: Visitor) -> None:
    await with_pictures(site, 30)
    site.world.slots.failing = AssertionError("one by one")

    assert len(PICTURE.findall(await shown(serg))) == 10


async def test_a_picture_is_deleted_everywhere_with_a_receipt(site: Site, serg: Visitor) -> None:
    job_id = await photo(site)
    fields = await form(serg, slot_id="slot-001")
    reply = await serg.submit(f"/gallery/{job_id}/delete", fields)
    where = reply.headers["location"]

    assert reply.status == 303
    assert where == f"/gallery?slot_id=slot-001&receipt={job_id}#receipt"
    page = await shown(serg, where.partition("#")[0])
    [entry] = [one for one in site.world.audit.entries if one.subject == job_id]
    receipt = page[page.index('id="receipt"') : page.index('class="filter"')]
    assert all(text in receipt for text in (job_id, "Slot 1 · slot-001", "serg"))
    assert str(entry.details["sha256"]) in receipt
    assert PICTURE.findall(page) == []
    for path in ("", "/preview"):
        assert (await get(site.port, f"/public/results/{job_id}{path}")).status == 410
    assert (await site.world.jobs.get(JobId(job_id))).metadata == {}


async def test_what_is_deleted_already_is_told_with_its_receipt(site: Site, serg: Visitor) -> None:
    job_id = await photo(site)
    await site.use_cases.delete_result(job_id, by=Actor(name="olga"))
    reply = await serg.submit(f"/gallery/{job_id}/delete", await form(serg))
    page = reply.body.decode()

    assert reply.status == 410
    assert 'role="alert"' in page
    assert "<dd>olga</dd>" in page


@pytest.mark.parametrize("name", ["x", "00000000-0000-4000-8000-0000000000ff"])
async def test_what_is_not_there_is_not_deleted(serg: Visitor, name: str) -> None:
    reply = await serg.submit(f"/gallery/{name}/delete", await form(serg))

    assert reply.status == 404
    assert 'id="receipt"' not in reply.body.decode()
    assert (await serg.get(f"/gallery/{name}")).status == 404


async def test_what_cannot_be_deleted_stays(
    site: Site, serg: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await photo(site)

    async def fail(*_: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(type(site.world.media), "discard", fail)
    reply = await serg.submit(f"/gallery/{job_id}/delete", await form(serg))

    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    assert PICTURE.findall(reply.body.decode()) == [job_id]


async def test_a_form_that_is_none_of_ours_deletes_and_shares_nothing(
    site: Site, serg: Visitor
) -> None:
    job_id = await photo(site)
    for path in (f"/gallery/{job_id}/delete", "/gallery/share"):
        assert (await serg.submit(path, {"csrf_token": "x"})).status == 403
    assert PICTURE.findall(await shown(serg)) == [job_id]
    assert site.world.gallery_links.expiries == {}


async def test_who_may_only_look_is_offered_nothing_else(site: Site) -> None:
    job_id = await photo(site)
    await site.use_cases.delete_result(await photo(site, PHOTO + b"2"), by=ME)
    who = await logged_in(site, "igor", ["slots:read"])
    page = await shown(who, f"/gallery?receipt={job_id[:-1]}2")

    assert PICTURE.findall(page) == [job_id]
    for missing in ("/share", "deletion", "/jobs/", "data-events", 'id="receipt"'):
        assert missing not in page
    assert "data-delete" not in page
    for path in (f"/gallery/{job_id}/delete", "/gallery/share"):
        assert (await who.submit(path, await form(who))).status == 403
    assert (await who.get(f"/parts/gallery/{job_id}/preview")).status == 200


async def test_nobody_else_sees_it(site: Site) -> None:
    job_id = await photo(site)
    who = visitor(site)

    assert (await who.get("/gallery")).status == 303
    assert (await who.get(f"/gallery/{job_id}")).headers["location"].startswith("/login")
    for part in ("", f"/{job_id}/code", f"/{job_id}/preview"):
        assert (await who.get(f"/parts/gallery{part}")).status == 401


async def test_all_slots_are_shared_for_a_quarter_of_an_hour(site: Site, serg: Visitor) -> None:
    reply = await serg.submit("/gallery/share", await form(serg, slot_id="slot-002"))
    page = reply.body.decode()

    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert 'value="http://photos.test/public/gallery/gallery-key"' in page
    assert 'data-left="900" data-closes="shared-open"' in page
    assert 'class="qr"' in page
    assert '<option value="slot-002" selected>' in page
    assert (await get(site.port, "/public/gallery/gallery-key")).status == 200
    assert "gallery-key" not in await shown(serg)


@pytest.mark.parametrize("asked", [{"limit": "x"}, {"slot_id": "slot-99"}, {"before": "x"}])
async def test_no_link_is_made_that_nobody_sees(
    site: Site, serg: Visitor, asked: dict[str, str]
) -> None:
    reply = await serg.submit("/gallery/share", await form(serg, **asked))

    assert reply.status in (404, 422)
    assert site.world.gallery_links.expiries == {}


async def test_every_slots_own_gallery_has_its_link(site: Site, serg: Visitor) -> None:
    for slot, gallery in (("slot-002", "key"), ("slot-003", "off")):
        await site.use_cases.configure_slot(slot, {"gallery": gallery}, settings={}, by=ME)
    page = await shown(serg)

    assert 'value="http://photos.test/public/slots/slot-001"' in page
    assert 'value="http://photos.test/public/slots/slot-002?key=gallery-key"' in page
    assert "public/slots/slot-003" not in page
    assert "Гости не видят снимков этого слота" in page


async def test_a_picture_has_a_page_of_its_own(site: Site, serg: Visitor) -> None:
    job_id = await photo(site)
    page, code = await shown(serg, f"/gallery/{job_id}"), f"/parts/gallery/{job_id}/code"

    assert f'action="/gallery/{job_id}/delete"' in page
    for place in (page, await shown(serg, code)):
        assert 'class="qr"' in place
        assert f'href="http://photos.test/public/results/{job_id}/page"' in place


async def test_guests_at_the_same_address_do_not_keep_previews_back(
    site: Site, serg: Visitor
) -> None:
    job_id = await photo(site)
    await site.world.set(request_burst=30, request_rate=1)
    site.world.clock.stepped += timedelta(seconds=6)
    public = f"/public/results/{job_id}/preview"
    while (await get(site.port, public)).status != 429:
        pass

    for _ in range(12):
        assert (await serg.get(f"/parts/gallery/{job_id}/preview")).status == 200


async def test_english_is_spoken(site: Site, serg: Visitor) -> None:
    await photo(site)
    page = await shown(serg, "/gallery?lang=en")

    assert "Time left:" in page
    assert json.loads(unescape(re.findall(r'name="texts" content="([^"]+)"', page)[0]))
    assert "71 h" in page or "72 h" in page


async def test_what_is_asked_for_beside_a_refusal_may_be_wrong_too(serg: Visitor) -> None:
    reply = await serg.submit("/gallery/x/delete", await form(serg, slot_id="slot-099"))

    assert (reply.status, reply.headers["content-type"]) == (422, "text/html; charset=utf-8")
