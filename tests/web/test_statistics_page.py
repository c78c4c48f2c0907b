"""The page of statistics: figures, charts, failures, and what a browser wants to have reset."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from html import unescape
from typing import Any, Final

import pytest
from attrs import evolve

from photochanger_core.domain.account import Scope
from photochanger_core.domain.errors import FailureReason, QueueUnavailable
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.login import SESSION_IDLE
from tests.contract.samples import attempt, done, finished, job_id, running

from .running_site import Site
from .test_stats import begun, happened
from .visitor import Visitor, logged_in, visitor

PAGE: Final = "/statistics"
FIRST, SECOND, *_ = SLOT_IDS


async def shown(who: Visitor, path: str = PAGE) -> str:
    reply = await who.get(path)
    assert reply.status == 200, reply.body
    return unescape(reply.body.decode()).replace("\N{NO-BREAK SPACE}", " ")


def inner(page: str, pattern: str) -> str:
    [found] = re.findall(pattern, page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", str(found)).split())


def tiles(page: str) -> dict[str, str]:
    found = re.findall(r'<dt>([^<]*)</dt>\s*<dd class="value">([^<]*)', piece(page, "tiles", "dl"))
    return dict(found)


def piece(page: str, name: str, tag: str) -> str:
    [found] = re.findall(rf'<{tag} id="{name}".*?</{tag}>', page, re.DOTALL)
    return str(found)


def row(page: str, slot: str) -> list[str]:
    [found] = re.findall(
        rf'<tr role="row"[^>]*>(?:(?!</tr>).)*id="of-{slot}".*?</tr>', page, re.DOTALL
    )
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found, re.DOTALL)
    return [inner(cell, "^(.*)$") for cell in cells]


async def reset(who: Visitor, action: str = "reset", slot: str = "") -> str:
    fields = {"csrf_token": await who.form_key(), "action": action, "slot": slot, "next": PAGE}
    reply = await who.submit("/statistics/reset", fields)
    return reply.headers["location"]


async def test_of_an_idle_service_nothing_is_made_up(serg: Visitor) -> None:
    page = await shown(serg)

    assert tiles(page) == {
        "Обработок": "0",
        "Успешно": "—",
        "Доля 504": "—",
        "Время, p50": "—",
        "Время, p95": "—",
        "Хранилище": "0 МиБ",
    }
    assert "За это время фото не было" in page
    assert "Графики появятся после первого фото с фотобудки" in page
    assert "<figure" not in page
    assert "Неудач не было" in page
    assert row(page, FIRST) == ["Slot 1", "0", "0", "0", "—", "—", "Активен"]
    assert row(page, SECOND)[-1] == "Остановлен"
    assert len(re.findall(r'id="of-slot-\d+"', page)) == 15


async def test_figures_are_those_of_the_api(site: Site, serg: Visitor) -> None:
    await happened(site)
    page = await shown(serg)

    assert tiles(page) == {
        "Обработок": "4",
        "Успешно": "33,3 %",
        "Доля 504": "33,3 %",
        "Время, p50": "1 с",
        "Время, p95": "1 с",
        "Хранилище": "0,24 МиБ",
    }
    assert inner(page, r'<p id="system-jobs".*?</p>') == "Обработок за 1 ч: 4"
    assert row(page, FIRST) == [
        *("Slot 1", "3", "0", "1", "только что"),
        *("AI-провайдер отказался обрабатывать это фото", "Есть ошибки"),
    ]
    assert row(page, SECOND)[1:4] == ["1", "1", "0"]
    outcomes = inner(page, r'<p id="outcomes".*?</p>')
    assert outcomes == (
        "в работе: 1 · готово: 1 · таймаут: 1 · ошибка провайдера: 1 · тестовые, в счёт не идут: 1"
    )


async def test_charts_say_what_they_show(site: Site, serg: Visitor) -> None:
    now = await happened(site)
    serg.cookies["utc_offset"] = "210"
    page = await shown(serg)
    at = begun(now, 1).started_at + timedelta(minutes=210)

    names = re.findall(r'<h2 id="chart-\w+-title">(.*?)</h2>', page)
    assert names == ["Обработки", "Время обработки", "Доля 504"]
    assert re.findall(r'role="img" aria-labelledby="([^"]+)"', page) == [
        f"chart-{one}-title chart-{one}-summary" for one in ("jobs", "times", "timeouts")
    ]
    assert f"Всего 4, больше всего 2 ({at:%H:%M})" in page
    assert f"p50 1 с, p95 1 с; самое большое p95: 1 с ({at:%H:%M})" in page
    assert "время UTC+3:30" in page
    table = piece(page, "points", "details")
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", table, re.DOTALL)
    assert len(rows) in (60, 61)
    counts = [inner(one, r"<td>(.*?)</td>\s*<td>.*") for one in rows]
    assert sum(map(int, counts)) == 4


async def test_a_line_stops_where_there_were_no_photos(site: Site, serg: Visitor) -> None:
    now = site.world.clock.now()
    for number, minutes in enumerate([1.0, 2.0, 10.0], start=1):
        await finished(site.world.jobs, done(begun(now, number, minutes)))
    page = await shown(serg)

    paths = dict(re.findall(r'<path class="(line \w+)" d="([^"]*)"', page))
    assert paths["line p95"].count("M") == 2
    assert paths["line p95"].count("L") == 1
    assert len(re.findall(r'<rect class="stretch"', page)) == 3 * 3


async def test_a_slot_is_looked_at_alone(site: Site, serg: Visitor) -> None:
    await happened(site)
    site.world.health.quota_told("gemini", {"foto_limit": 7})
    page = await shown(serg, f"{PAGE}?slot={FIRST}&window_minutes=180")

    assert tiles(page)["Обработок"] == "3"
    assert inner(page, r'<p id="system-jobs".*?</p>') == "Обработок за 3 ч: 4"
    assert 'id="slots"' not in page
    assert f'<option value="{FIRST}" selected>Slot 1</option>' in page
    failures = inner(page, r'<section id="failures".*?</section>')
    assert "AI-провайдер отказался обрабатывать это фото" in failures
    assert "Gemini, попыток: 2" in failures
    assert "Ответ провайдера: NO_IMAGE: 100% 'Игорь'" in failures
    assert "Обработка не завершилась" not in failures
    providers = inner(page, r'<section id="providers".*?</section>')
    assert "Попыток 2" in providers
    assert "запрос: 516 всего: 3 096" in providers
    assert "foto_limit : 7" in providers
    assert f'href="{PAGE}?window_minutes=180"' in page
    assert f'data-live="/parts/statistics?window_minutes=180&slot={FIRST}"' in page


async def test_failures_lead_to_their_jobs(site: Site, serg: Visitor) -> None:
    await happened(site)
    page = await shown(serg)

    for number in (2, 3):
        assert f'href="/jobs/{job_id(number)}"' in page
    assert "Slot 2 · Gemini, попыток: 0" in inner(page, r'<section id="failures".*?</section>')


async def test_of_many_failures_the_first_are_shown(site: Site, serg: Visitor) -> None:
    now = site.world.clock.now()
    for number in range(1, 23):
        one = begun(now, number, minutes=100 + number)
        failed = one.failed(FailureReason.QUOTA, at=one.started_at, is_degraded=number == 1)
        await finished(site.world.jobs, failed)
    page = await shown(serg)

    assert re.findall(r'href="/jobs/([^"]*)"', page) == [job_id(n) for n in range(1, 21)]
    assert "Ещё 15" in page
    assert page.count("гость получил исходное фото") == 1
    assert "Выберите время побольше" in page


async def test_a_provider_that_fails_says_why(site: Site, serg: Visitor) -> None:
    now = site.world.clock.now()
    tried = await running(site.world.jobs, begun(now, 1))
    for number, reason in enumerate([FailureReason.NETWORK] * 2 + [FailureReason.QUOTA], start=1):
        tried = tried.tried(attempt(number, started_at=now, failure_reason=reason, usage={}))
    await site.world.jobs.finish(tried.failed(FailureReason.QUOTA, at=now))
    providers = inner(await shown(serg), r'<section id="providers".*?</section>')

    assert "AI-провайдер недоступен: 2 Квота AI-провайдера исчерпана: 1" in providers
    assert "провайдер не сообщал" in providers


async def test_a_reset_is_one_of_the_view_and_can_be_undone(site: Site, serg: Visitor) -> None:
    await happened(site)
    assert await reset(serg) == f"{PAGE}?done=reset"
    page = await shown(serg, f"{PAGE}?done=reset")
    assert tiles(page)["Обработок"] == "0"
    assert "Статистика сброшена: считаем с этого момента" in page
    assert "статистика сброшена в этом браузере" in page
    assert row(page, FIRST)[1:6] == ["0", "0", "0", "—", "—"]
    assert "Неудач не было" in page
    table = (await serg.get("/api/stats/export.csv?window_minutes=60")).body.decode("utf-8-sig")
    assert len(table.splitlines()) == 4

    other = visitor(site)
    await other.log_in()
    assert tiles(await shown(other))["Обработок"] == "4"

    site.world.clock.stepped += timedelta(minutes=2)
    now = site.world.clock.now()
    await finished(site.world.jobs, done(begun(now, 9)))
    page = await shown(serg)
    assert tiles(page)["Обработок"] == "1"
    assert '<rect class="hidden"' in page

    assert await reset(serg, "undo") == f"{PAGE}?done=restored"
    page = await shown(serg)
    assert tiles(page)["Обработок"] == "5"
    assert "сброшена" not in page


async def test_a_slot_is_reset_alone(site: Site, serg: Visitor) -> None:
    await happened(site)
    await reset(serg, slot=FIRST)
    page = await shown(serg)
    assert tiles(page)["Обработок"] == "4"
    assert re.match(r"Slot 1 с \d\d\.\d\d \d\d:\d\d$", row(page, FIRST)[0])
    assert row(page, FIRST)[1:4] == ["0", "0", "0"]
    assert row(page, SECOND)[1:4] == ["1", "1", "0"]

    page = await shown(serg, f"{PAGE}?slot={FIRST}")
    assert tiles(page)["Обработок"] == "0"
    undo = re.findall(r'<form id="since".*?</form>', page, re.DOTALL)
    assert f'name="slot" value="{FIRST}"' in undo[0]


async def test_the_table_is_handed_out_in_the_session(site: Site, serg: Visitor) -> None:
    await happened(site)
    page = await shown(serg, f"{PAGE}?window_minutes=360")
    [link] = re.findall(r'id="csv" href="([^"]+)"', page)
    reply = await serg.get(link)

    assert (reply.status, link) == (200, "/api/stats/export.csv?window_minutes=360")
    assert reply.headers["content-disposition"] == 'attachment; filename="statistics.csv"'


async def test_the_window_is_chosen_by_links(serg: Visitor) -> None:
    page = await shown(serg, f"{PAGE}?window_minutes=4320")
    links = re.findall(r'id="window-\d" href="([^"]+)"\s*( aria-current="true")?>(.*?)</a>', page)

    assert [name for *_, name in links] == ["1 ч", "3 ч", "6 ч", "12 ч", "24 ч", "48 ч", "72 ч"]
    assert links[0][0] == PAGE
    assert [bool(current) for _, current, _ in links] == [False] * 6 + [True]
    assert "Обработок за 90 мин:" in await shown(serg, f"{PAGE}?window_minutes=90")


@pytest.mark.parametrize("minutes", ["4", "4321", "x", "", "-60", "9" * 500])
async def test_a_window_that_cannot_be_is_named(serg: Visitor, minutes: str) -> None:
    reply = await serg.get(f"{PAGE}?window_minutes={minutes}")
    page = reply.body.decode()

    assert reply.status == 422
    assert "window_minutes: " in inner(page, r'<div class="problem" role="alert">(.*?)</div>')
    assert 'id="tiles"' in page


async def test_there_are_no_figures_of_other_slots(serg: Visitor) -> None:
    reply = await serg.get(f"{PAGE}?slot=slot-016")

    assert (reply.status, "Такого слота нет" in reply.body.decode()) == (404, True)


async def test_the_part_that_changes_is_read_by_itself(site: Site, serg: Visitor) -> None:
    await happened(site)
    whole, part = await shown(serg), await serg.get("/parts/statistics")
    text = unescape(part.body.decode()).replace("\N{NO-BREAK SPACE}", " ")

    assert part.status == 200
    assert "set-cookie" not in part.headers
    assert "<html" not in text
    assert tiles(text) == tiles(whole)
    site.world.clock.stepped += SESSION_IDLE + timedelta(seconds=1)
    assert (await serg.get("/parts/statistics")).status == 401


async def test_while_figures_are_away_the_page_says_so(site: Site, serg: Visitor) -> None:
    site.world.slots.failing = QueueUnavailable("away")
    here = f"{PAGE}?slot={FIRST}&window_minutes=180"
    reply = await serg.get(here)
    page = reply.body.decode()

    assert (reply.status, "retry-after" in reply.headers) == (503, True)
    assert "Сервис недоступен, повторите чуть позже" in page
    assert f'href="{here}"' in unescape(page)
    assert 'id="tiles"' not in page
    assert (await serg.get(f"/parts/statistics?slot={FIRST}")).status == 503


@pytest.mark.parametrize("scopes, status", [([Scope.SLOTS_READ], 403), ([Scope.STATS_READ], 200)])
async def test_figures_are_for_those_who_may_see_them(
    site: Site, scopes: Collection[Scope], status: int
) -> None:
    who = await logged_in(site, "igor", scopes)

    reply = await who.get(PAGE)
    assert reply.status == status
    assert ('href="/statistics"' in reply.body.decode()) is (status == 200)
    assert (await who.get("/parts/statistics")).status == status


async def test_names_are_shown_as_they_are(site: Site, serg: Visitor) -> None:
    await happened(site)
    first = await site.world.slots.get(FIRST)
    changes: dict[str, Any] = {"display_name": "<b>x</b>", "version": first.version + 1}
    await site.world.slots.save(evolve(first, **changes))
    reply = await serg.get(PAGE)

    assert b"<b>x" not in reply.body
    assert b"&lt;b&gt;x" in reply.body


@pytest.mark.parametrize(
    "said, name",
    [("180", "UTC+3"), ("-210", "UTC−3:30"), ("840", "UTC+14"), ("0", "UTC"), ("", "UTC")]
    + [(one, "UTC") for one in ("x", "٣", "9999", "841", "-841", "1.5", "1e2")],
)
async def test_times_are_told_by_a_clock_that_can_be(
    site: Site, serg: Visitor, said: str, name: str
) -> None:
    await happened(site)
    serg.cookies["utc_offset"] = said

    assert f"время {name}." in await shown(serg)
