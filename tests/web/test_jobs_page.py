"""The list of jobs."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from photochanger_core.domain.job import JobStatus
from photochanger_core.domain.login import SESSION_IDLE
from tests.contract.samples import NOON, admitted, job, job_id
from tests.seeded_jobs import CANCELLED, DONE, FELL_BACK, REFUSED, RUNNING, TEST, TIMED_OUT, seed

from .booth import captured, post
from .running_site import Site
from .visitor import Visitor, logged_in


async def shown(who: Visitor, path: str = "/jobs") -> str:
    reply = await who.get(path)
    assert reply.status == 200
    return reply.body.decode()


def listed(page: str) -> list[str]:
    return re.findall(r'href="/jobs/([0-9a-f-]{36})"', page)


def row(page: str, job_id: str) -> str:
    [found] = re.findall(rf'<li class="job" id="row-{job_id}".*?</li>', page, re.DOTALL)
    return unescape(str(found))


async def test_before_there_are_any_the_page_says_what_will_be_there(serg: Visitor) -> None:
    assert "Здесь появятся фото, которые пришлют фотобудки." in await shown(serg)
    assert "Таких заданий нет." in await shown(serg, "/jobs?status=done")


async def test_jobs_come_the_youngest_first_in_plain_words(site: Site, serg: Visitor) -> None:
    await seed(site.world)
    page = await shown(serg)

    assert listed(page) == [RUNNING, CANCELLED, TEST, REFUSED, TIMED_OUT, FELL_BACK, DONE]
    refused = row(page, REFUSED)
    assert "Ошибка" in refused
    assert "AI-провайдер отказался обрабатывать это фото" in refused
    assert "IMAGE_SAFETY" in refused
    assert "<b>" not in row(page.replace("&lt;b&gt;", ""), REFUSED)
    assert "2,6 с" in refused
    assert "идёт" in row(page, RUNNING)
    assert "Проверка слота" in row(page, TEST)
    assert "попыток: 3" in row(page, FELL_BACK)
    assert "Turbotext" in row(page, FELL_BACK)
    assert "Фотобудка получила исходное фото" in row(page, TIMED_OUT)


@pytest.mark.parametrize(
    "query, found",
    [
        ("slot_id=slot-003", [TEST]),
        ("status=failed", [REFUSED]),
        ("source=ui_test&slot_id=&status=", [TEST]),
        ("slot_id=slot-001&status=done&source=ingest&lang=en", [FELL_BACK, DONE]),
        ("slot_id=slot-009", []),
    ],
)
async def test_jobs_are_narrowed_down(
    site: Site, serg: Visitor, query: str, found: list[str]
) -> None:
    await seed(site.world)
    assert listed(await shown(serg, f"/jobs?{query}")) == found


async def test_what_is_chosen_stays_chosen_and_is_followed(site: Site, serg: Visitor) -> None:
    page = await shown(serg, "/jobs?slot_id=slot-003&status=&lang=ru")

    assert '<option value="slot-003" selected>' in page
    assert 'data-live="/parts/jobs?slot_id=slot-003"' in page


@pytest.mark.parametrize("query", ["slot_id=slot-099", "status=x", "source=<b>", "before=1"])
async def test_what_cannot_be_asked_for_is_told_beside_the_form(
    site: Site, serg: Visitor, query: str
) -> None:
    await seed(site.world)
    reply = await serg.get(f"/jobs?{query}")
    page = reply.body.decode()

    assert reply.status == 422
    assert f"<p>{query.partition('=')[0]}: " in page
    assert listed(page) == []
    assert "data-live" not in page
    assert 'href="/jobs"' in page


async def test_many_jobs_are_leafed_through_by_links(site: Site, serg: Visitor) -> None:
    for number in range(1, 61):
        started_at = NOON + timedelta(seconds=number)
        await admitted(site.world.jobs, job(number, slot_id="slot-002", started_at=started_at))
    path: str | None = "/jobs?slot_id=slot-002"
    pages = []
    while path:
        page = await shown(serg, path)
        pages.append(listed(page))
        assert ("data-live" in page) is (len(pages) == 1)
        assert ('href="/jobs?slot_id=slot-002"' in page) is (len(pages) > 1)
        found = re.search(r'id="older" href="([^"]*)"', page)
        path = unescape(found[1]) if found else None

    assert [len(page) for page in pages] == [25, 25, 10]
    assert [one for page in pages for one in page] == [job_id(n) for n in range(60, 0, -1)]


async def test_the_part_that_changes_by_itself_keeps_no_session_alive(
    site: Site, serg: Visitor
) -> None:
    await seed(site.world)
    site.world.clock.stepped += SESSION_IDLE / 2
    part = await serg.get("/parts/jobs?status=cancelled")

    assert (part.status, listed(part.body.decode())) == (200, [CANCELLED])
    assert "set-cookie" not in part.headers
    assert "<h1>" not in part.body.decode()


async def test_who_may_not_see_statistics_sees_no_jobs(site: Site) -> None:
    who = await logged_in(site, "igor", ["slots:read"])

    assert (await who.get("/jobs")).status == 403
    assert (await who.get(f"/jobs/{DONE}")).status == 403
    assert (await who.get("/parts/jobs")).status == 403
    assert 'href="/jobs"' not in (await who.get("/slots")).body.decode()


async def test_every_status_has_its_look(site: Site, serg: Visitor) -> None:
    assert set(JobStatus) == {
        value
        for value in re.findall(r'<option value="([a-z_]+)"', await shown(serg))
        if value not in ("ingest", "ui_test")
    }


async def test_a_photo_is_found_with_its_picture(site: Site, serg: Visitor) -> None:
    sent = await post(site.port, captured())
    page = await shown(serg)
    assert listed(page) == [sent.headers["x-job-id"]]
    assert "Готово" in row(page, sent.headers["x-job-id"])

    job_page = await shown(serg, f"/jobs/{sent.headers['x-job-id']}")
    [preview] = re.findall(r'<img src="([^"]*)"', job_page)
    assert (await serg.get(preview)).status == 200
    assert "Загрузка фото" in job_page
