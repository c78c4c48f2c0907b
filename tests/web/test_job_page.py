"""The page of one job."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from attrs import evolve

from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.errors import FailureReason
from photochanger_core.domain.job import JobStatus
from photochanger_web.qr_code import qr_code
from tests.contract.samples import NOON, TTL, attempt, finished, job, job_id, timed_out_running_on
from tests.seeded_jobs import CANCELLED, DONE, FELL_BACK, REFUSED, RUNNING, TIMED_OUT, seed

from .running_site import Site
from .visitor import Visitor, logged_in


@pytest.fixture
async def site(site: Site) -> Site:
    await seed(site.world)
    return site


async def shown(who: Visitor, of: str, *, language: str = "ru") -> str:
    reply = await who.get(f"/jobs/{of}?lang={language}")
    assert reply.status == 200
    return unescape(reply.body.decode())


def piece(page: str, name: str) -> str:
    [found] = re.findall(rf'<section class="card[a-z ]*" id="{name}".*?</section>', page, re.DOTALL)
    return str(found)


def lanes(page: str) -> list[tuple[str, str, str]]:
    """Return the lines of the waterfall: name, begin, duration."""
    line = r'rowheader" class="name">(.*?)</th>.*?number">(.*?)</td>.*?number">(.*?)</td>'
    return re.findall(line, piece(page, "job-course"), re.DOTALL)


async def test_where_the_time_went_is_drawn_and_written(serg: Visitor) -> None:
    page = await shown(serg, FELL_BACK)

    assert lanes(page) == [
        ("Загрузка фото", "0,0 с", "0,8 с"),
        ("Ожидание очереди", "0,8 с", "0,4 с"),
        ("Провайдер", "1,2 с", "28,1 с"),
        ("1. Gemini · gemini-3.1-flash-image", "1,2 с", "3,2 с"),
        ("2. Gemini · gemini-3.1-flash-image", "6,4 с", "2,8 с"),
        ("3. Turbotext", "19,8 с", "9,5 с"),
        ("Проверка и сохранение", "29,3 с", "0,4 с"),
    ]
    assert page.count('<rect class="bar') == 7
    assert page.count('<rect class="bar bad"') == 2
    assert "окно ответа, 48 с" in page
    assert 'class="deadline" x1="100.0%"' in page


async def test_attempts_are_told_with_the_providers_own_words(serg: Visitor) -> None:
    attempts = piece(await shown(serg, FELL_BACK), "job-attempts")
    assert attempts.count("Без изображения") == 2
    assert attempts.count("повтор</span>") == 1
    assert attempts.count("запасной провайдер") == 1
    assert "ProviderServerError('model is overloaded')" in attempts
    assert "Сбой у AI-провайдера, повторите чуть позже" in attempts
    assert 'Токенов всего: <span class="number">1548</span>' in attempts
    assert 'осталось foto_limit: <span class="number">17</span>' in attempts

    assert "It never came to a provider." in await shown(serg, CANCELLED, language="en")


async def test_what_providers_say_is_no_html(serg: Visitor) -> None:
    page = (await serg.get(f"/jobs/{REFUSED}")).body.decode()

    assert "&lt;b&gt;Unable to show&lt;/b&gt;" in page
    assert "<b>Unable" not in page


async def test_a_picture_is_linked_as_long_as_it_lives(site: Site, serg: Visitor) -> None:
    links = [f'"/public/results/{DONE}{end}"' for end in ("", "/preview", "/page")]
    page = await shown(serg, DONE)
    assert all(link in page for link in links)
    assert "image/png, 0,12 МиБ" in page

    site.world.clock.stepped += TTL
    await serg.log_in()
    page = await shown(serg, DONE)
    assert not any(link in page for link in links)
    assert "Результат удалён" in page
    assert "Готово" in page  # administrators see what guests do not see any more


async def test_no_code_is_drawn_that_is_not_shown(serg: Visitor) -> None:
    before = qr_code.cache_info()
    assert 'class="qr"' not in await shown(serg, DONE)
    assert qr_code.cache_info() == before


async def test_why_there_is_no_picture_is_told_first(serg: Visitor) -> None:
    page = await shown(serg, TIMED_OUT)
    [state] = re.findall(r'<header class="card state".*?</header>', page, re.DOTALL)

    assert "Обработка не завершилась за время ожидания" in state
    assert '<code class="quiet">timeout</code>' in state
    assert "Фотобудка получила исходное фото" in state
    assert "Не успело" in state


async def test_a_job_that_runs_shows_how_far_it_is(serg: Visitor) -> None:
    page = await shown(serg, RUNNING)

    assert "Провайдер обрабатывает фото." in page
    assert re.search(r'<progress max="48" value="1[2-9]" data-elapsed="1[2-9]"', page)
    assert re.search(r"1[2-9] с из 48 с", page)
    assert "job-course" not in page
    assert f'action="/jobs/{RUNNING}/cancel"' in page
    assert f'data-live="/parts/jobs/{RUNNING}" data-about="{RUNNING}"' in page
    part = (await serg.get(f"/parts/jobs/{RUNNING}")).body.decode()
    assert "<progress" in part
    assert "<main" not in part


async def test_a_job_is_cancelled(site: Site, serg: Visitor) -> None:
    form = {"csrf_token": await serg.form_key()}
    reply = await serg.submit(f"/jobs/{RUNNING}/cancel", form)
    assert (reply.status, reply.headers["location"]) == (303, f"/jobs/{RUNNING}?done=cancelled")
    assert (await site.world.jobs.get(RUNNING)).status is JobStatus.CANCELLED
    entry = site.world.audit.entries[-1]
    assert (entry.action, entry.actor.name) == (AuditAction.JOB_CANCELLED, "serg")

    page = (await serg.get(reply.headers["location"])).body.decode()
    assert "Задание отменено" in page
    assert "/cancel" not in page


async def test_a_job_that_is_over_stays_as_it_is(site: Site, serg: Visitor) -> None:
    form = {"csrf_token": await serg.form_key()}
    reply = await serg.submit(f"/jobs/{DONE}/cancel", form)

    assert reply.headers["location"] == f"/jobs/{DONE}?done=over"
    assert "Задание уже не выполняется" in (await serg.get(reply.headers["location"])).body.decode()
    assert (await site.world.jobs.get(DONE)).status is JobStatus.DONE


async def test_only_who_may_change_slots_cancels(site: Site, serg: Visitor) -> None:
    igor = await logged_in(site, "igor", ["stats:read"])
    page = (await igor.get(f"/jobs/{RUNNING}")).body.decode()
    assert "/cancel" not in page
    assert 'href="/slots/slot-001"' not in page
    [key] = re.findall(r'name="csrf-token" content="([^"]*)"', page)

    assert (await igor.submit(f"/jobs/{RUNNING}/cancel", {"csrf_token": key})).status == 403
    assert (await serg.submit(f"/jobs/{RUNNING}/cancel", {"csrf_token": "x"})).status == 403
    assert (await site.world.jobs.get(RUNNING)).is_open


async def test_a_late_answer_that_is_awaited_can_be_given_up(site: Site, serg: Visitor) -> None:
    late = timed_out_running_on(evolve(job(8), started_at=site.world.clock.now()), after=48)
    late = evolve(late, expires_at=site.world.clock.now() + TTL)
    await finished(site.world.jobs, evolve(late, photo_sha256="8" * 64))
    stored = site.world.jobs.jobs[job_id(8)]
    site.world.jobs.jobs[job_id(8)] = evolve(stored, ticket=99)
    page = await shown(serg, job_id(8))

    assert "опоздавший результат ещё ждём" in page
    assert "/cancel" in page


async def test_whoever_broke_off_has_told_nothing(site: Site, serg: Visitor) -> None:
    broken = job(9, photo_sha256="9" * 64).failed(FailureReason.INTERRUPTED, at=NOON)
    await finished(site.world.jobs, broken)
    page = await shown(serg, job_id(9))

    assert "job-course" not in page
    assert "Сервер прервался и не успел сообщить о попытках." in page


async def test_of_old_jobs_the_upload_is_not_known(site: Site, serg: Visitor) -> None:
    old = job(9, photo_sha256="9" * 64, arrived_at=None).tried(attempt(1))
    await finished(
        site.world.jobs, old.failed(FailureReason.NETWORK, at=NOON + timedelta(seconds=9))
    )
    page = await shown(serg, job_id(9))

    assert "Загрузка фото" not in page
    assert "Запрос пришёл" not in page
    assert "Ожидание очереди" in page


@pytest.mark.parametrize("language, word", [("ru", "Номер для журнала"), ("en", "For the log")])
async def test_the_name_by_which_the_log_knows_its_request_is_told(
    serg: Visitor, language: str, word: str
) -> None:
    facts = piece(await shown(serg, DONE, language=language), "job-facts")

    assert f"<dt>{word}</dt><dd><code>booth-7.photo-1</code></dd>" in facts


async def test_of_old_jobs_nobody_knows_the_request(site: Site, serg: Visitor) -> None:
    old = job(9, photo_sha256="9" * 64, correlation_id=None)
    await finished(site.world.jobs, old.failed(FailureReason.NETWORK, at=NOON))

    assert "Номер для журнала" not in await shown(serg, job_id(9))


@pytest.mark.parametrize("of", ["x", job_id(77), "..%2f..", "<b>"])
async def test_of_other_jobs_there_is_a_friendly_page(serg: Visitor, of: str) -> None:
    reply = await serg.get(f"/jobs/{of}")

    assert reply.status == 404
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "Такого задания нет" in reply.body.decode()
    assert (await serg.get(f"/parts/jobs/{of}")).status == 404
