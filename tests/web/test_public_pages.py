"""Guests look with a browser: at a picture, at galleries, and at what is over."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Final

import pytest
from markupsafe import Markup
from structlog.testing import capture_logs

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.errors import CoreError, QueueUnavailable, RateLimited
from photochanger_core.domain.settings import Settings
from photochanger_core.use_cases.limit_requests import RequestKind
from tests.contract_document import operation
from tests.logins import give_account

from .admin import admin_of
from .booth import PASSWORD_PART, PHOTO, Reply, captured, file, get, post
from .running_site import Site
from .visitor import visitor

GALLERY: Final = "/public/slots/slot-001"
BROWSER: Final = (
    "accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
)
FIRST: Final = "00000000-0000-4000-8000-000000000001"
MOST_AT_FIRST: Final = 25
"""Requests that a gallery of ten pictures is looked at with for the first time."""

PAGE: Final = f"/public/results/{FIRST}/page"


@pytest.fixture
async def job_id(site: Site) -> str:
    return (await post(site.port, captured())).headers["x-job-id"]


async def shown(site: Site, path: str, *extra: str) -> Reply:
    return await get(site.port, path, extra=[BROWSER, *extra])


async def shared(site: Site) -> str:
    made = (await (await admin_of(site, Scope.SLOTS_WRITE)).post("/api/gallery/share")).json
    return f"/public/gallery/{made['token']}"


def is_page(reply: Reply, status: int, *words: str) -> str:
    """Check that *reply* is a page for guests that says so; return it."""
    page = reply.body.decode()
    assert (reply.status, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["x-robots-tag"] == "noindex"
    assert reply.headers["content-security-policy"].startswith("default-src 'none'; script-src 's")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "Accept" in reply.headers["vary"].split(", ")
    assert "set-cookie" not in reply.headers
    assert [word for word in words if word not in page] == []
    return page


def pictures(page: str) -> Sequence[str]:
    return re.findall(r'<li class="card picture" id="picture-([^"]*)"', page)


async def test_a_picture_has_a_page(site: Site, job_id: str) -> None:
    site.world.clock.stepped += timedelta(hours=1)
    page = is_page(await shown(site, PAGE), 200, "Ваше фото готово", "70 ч", "Скачать фото")

    assert f'src="/public/results/{job_id}?inline=1"' in page
    assert f'href="/public/results/{job_id}"' in page
    assert page.count('class="qr"') == 1


async def test_what_is_sent_on_tells_nothing_of_the_picture(site: Site, job_id: str) -> None:
    await site.world.set_slot(display_name="Свадьба")
    page = is_page(await shown(site, PAGE), 200)
    head = page.partition("</head>")[0]

    assert '<meta property="og:title" content="Ваше фото готово">' in head
    assert job_id not in head
    assert "og:image" not in head
    assert "Свадьба" not in page


@pytest.mark.parametrize("accept", ["*/*", "image/avif,image/webp,*/*;q=0.8", ""])
async def test_the_page_of_a_picture_is_a_page_for_everybody(
    site: Site, job_id: str, accept: str
) -> None:
    is_page(await get(site.port, PAGE, extra=[f"accept: {accept}"]), 200)


async def test_the_page_goes_with_the_picture(site: Site, job_id: str) -> None:
    site.world.clock.stepped += timedelta(hours=72) - timedelta(minutes=1)
    is_page(await shown(site, PAGE), 200, "меньше минуты")

    site.world.clock.stepped += timedelta(minutes=2)
    for path in (PAGE, f"/public/results/{job_id}", f"/public/results/{job_id}/preview"):
        is_page(await shown(site, path), 410, "Срок хранения истёк", "Этого фото больше нет")
        assert (await get(site.port, path)).code == "result_expired"


async def test_the_page_goes_when_the_picture_is_deleted(site: Site, job_id: str) -> None:
    await site.use_cases.delete_result(job_id, by=Actor(name="serg"))

    is_page(await shown(site, PAGE), 410, "Этого фото больше нет")
    assert pictures(is_page(await shown(site, GALLERY), 200, "Здесь скоро будут фото")) == []


@pytest.mark.parametrize(
    "path, words",
    [
        ("/public/results/x/page", "Фото не найдено"),
        (f"/public/results/{FIRST}", "Фото не найдено"),
        ("/public/slots/slot-016", "Галерея недоступна"),
        ("/public/slots/slot-016/pictures", "Галерея недоступна"),
        ("/public/gallery/x", "Здесь ничего нет"),
        (f"/public/provider-media/{'0' * 32}", "Здесь ничего нет"),
        ("/nothing", "Здесь ничего нет"),
        ("//nothing.example/x?lang=ru%22", "Здесь ничего нет"),
        ("/%3Cb%3E", "Здесь ничего нет"),
    ],
)
async def test_what_is_not_there_is_told_on_a_page(site: Site, path: str, words: str) -> None:
    page = is_page(await shown(site, path), 404, words)

    assert "nothing.example" not in page
    assert "<b>" not in page
    assert (await get(site.port, path)).json["status"] == "error"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0.5, */*", None])
@pytest.mark.parametrize("path", ["/nothing", "/public/results/x", "/public/slots/slot-016"])
async def test_programs_are_told_in_json(site: Site, path: str, accept: str | None) -> None:
    extra = [] if accept is None else [f"accept: {accept}"]
    reply = await get(site.port, path, extra=extra)

    assert (reply.status, reply.json["status"]) == (404, "error")


@pytest.mark.parametrize("path", ["/api", "/api/nothing", "/ingest", "/ingest/slot-001", "/api/x/"])
async def test_nobody_gets_a_page_where_programs_ask(site: Site, path: str) -> None:
    assert (await shown(site, path)).json["status"] == "error"


async def test_what_is_no_path_is_told_on_a_page(site: Site) -> None:
    is_page(await get(site.port, "*", verb="OPTIONS", extra=[BROWSER]), 404, "Здесь ничего нет")


async def test_booths_get_no_page_whatever_they_ask_for(site: Site) -> None:
    reply = await post(site.port, [PASSWORD_PART], extra=[BROWSER])

    assert (reply.status, reply.code) == (400, "invalid_request")


async def test_what_is_not_done_like_that_is_told_on_a_page(site: Site) -> None:
    reply = await visitor(site, BROWSER).ask("POST", GALLERY)

    is_page(reply, 405, "Так страницу открыть нельзя")
    assert reply.headers["allow"] == "GET,HEAD"


async def test_a_gallery_shows_the_latest_pictures(site: Site) -> None:
    await site.world.set_slot(display_name="Свадьба <b>")
    for number in range(3):
        await post(site.port, [PASSWORD_PART, file(PHOTO + bytes([number]))])
    reply = await shown(site, GALLERY)
    page = is_page(reply, 200, "Свадьба &lt;b&gt;", "Осталось")

    assert [one[-1] for one in pictures(page)] == ["3", "2", "1"]
    assert page.count('class="qr"') == 3
    assert 'id="none" hidden' in page
    assert f'src="/public/results/{FIRST}/preview"' in page


@pytest.mark.parametrize("path", [GALLERY, "/public/gallery/{token}"])
async def test_a_gallery_comes_as_it_is_asked_for(site: Site, job_id: str, path: str) -> None:
    at = path if path == GALLERY else await shared(site)
    page, told = await shown(site, at), await get(site.port, at, extra=["accept: */*"])

    assert page.headers["vary"] == told.headers["vary"]
    assert pictures(is_page(page, 200)) == [one["job_id"] for one in told.json["results"]]
    described = operation("GET", path if path != GALLERY else "/public/slots/{slot_id}")
    assert described["responses"]["200"]["content"].keys() == {"application/json", "text/html"}


async def test_a_key_opens_the_gallery_and_its_part(site: Site, job_id: str) -> None:
    await site.world.set_slot(gallery="key")
    is_page(await shown(site, f"{GALLERY}?key=wrong"), 404, "Галерея недоступна")
    page = is_page(await shown(site, f"{GALLERY}?key=gallery-key"), 200)

    [live] = re.findall(r'data-live="([^"]*)"', page)
    assert live == f"{GALLERY}/pictures?lang=ru&amp;key=gallery-key"
    assert 'href="?key=gallery-key&amp;lang=en"' in page
    part = await shown(site, live.replace("&amp;", "&"))
    assert (part.status, pictures(part.body.decode())) == (200, [job_id])
    assert (await shown(site, f"{GALLERY}/pictures")).status == 404


async def test_what_has_not_changed_is_not_sent_again(site: Site, job_id: str) -> None:
    page = is_page(await shown(site, GALLERY), 200)
    path = f"{GALLERY}/pictures?lang=ru"
    part = await shown(site, path)
    assert f'data-tag="{escape(part.headers["etag"])}"' in page
    assert part.headers["cache-control"] == "private, no-cache"
    assert part.headers["x-robots-tag"] == "noindex"
    tag = f"if-none-match: {part.headers['etag']}"
    site.world.clock.stepped += timedelta(minutes=10)
    again = await shown(site, path, tag)
    assert (again.status, again.body) == (304, b"")

    await post(site.port, [PASSWORD_PART, file(PHOTO + b"2")])
    assert len(pictures((await shown(site, path, tag)).body.decode())) == 2


async def test_a_shared_gallery_says_for_how_long_and_what_comes_from_where(
    site: Site, job_id: str
) -> None:
    path = await shared(site)
    page = is_page(await shown(site, path), 200, "Все фото", "Ссылка действует ещё", "14 мин")
    assert "Slot 1" in page
    part = await shown(site, f"{path}/pictures")
    assert pictures(part.body.decode()) == [job_id]

    site.world.clock.stepped += timedelta(minutes=16)
    for ended in (path, f"{path}/pictures"):
        is_page(await shown(site, ended), 410, "Ссылка больше не действует")


async def test_guests_are_spoken_to_in_their_language(site: Site, job_id: str) -> None:
    assert "Ваше фото" in is_page(await shown(site, PAGE), 200)
    assert "Ваше фото" in is_page(await shown(site, PAGE, "accept-language: de, fr;q=0.5"), 200)
    english = is_page(await shown(site, PAGE, "accept-language: de, en;q=0.5"), 200)
    assert 'lang="en"' in english
    assert "Your picture is ready" in english


async def test_a_language_that_is_switched_to_stays(site: Site, job_id: str) -> None:
    guest = visitor(site, BROWSER, "accept-language: en")
    switched = await guest.get(f"{PAGE}?lang=ru")
    assert "Ваше фото" in switched.body.decode()
    assert switched.headers["set-cookie"].startswith("language=ru; HttpOnly; Max-Age=")
    assert "Ваше фото" in (await guest.get(PAGE)).body.decode()
    assert "Галерея недоступна" in (await guest.get("/public/slots/x")).body.decode()


async def test_nothing_of_administrators_is_on_pages_for_guests(site: Site, job_id: str) -> None:
    await give_account(site.world, "serg", scopes=list(Scope))
    serg = visitor(site, BROWSER)
    await serg.log_in()
    key = await serg.form_key()
    for path in (PAGE, GALLERY, f"{GALLERY}/pictures", "/nothing"):
        reply = await serg.get(path)
        page = reply.body.decode()
        assert "set-cookie" not in reply.headers
        assert key not in page
        assert not re.search(r'csrf|name="texts"|logout|href="/(slots|settings|login)?"', page)


@pytest.mark.parametrize(
    "error, status, words",
    [
        (QueueUnavailable("s3cret"), 503, "Сервис ненадолго недоступен"),
        (RateLimited(retry_after=3.0), 429, "Слишком много запросов"),
        (ZeroDivisionError("s3cret"), 500, "На сервере что-то пошло не так"),
    ],
)
async def test_what_goes_wrong_is_told_on_a_page(
    site: Site, error: CoreError, status: int, words: str
) -> None:
    site.world.slots.failing = error
    with capture_logs():
        reply = await shown(site, f"{GALLERY}?key=k")
    page = is_page(reply, status, words)

    assert ("Номер для журнала" in page) == (status >= 500)
    again = re.findall(r'href="\?key=k" data-retry="(\d+)"', page)
    assert again == ([reply.headers["retry-after"]] if status in (429, 503) else [])
    assert "s3cret" not in page


async def test_what_a_phone_can_unpack_comes_packed(site: Site, job_id: str) -> None:
    whole = await shown(site, GALLERY)
    packed = await shown(site, GALLERY, "accept-encoding: gzip, deflate, br")

    assert packed.headers["content-encoding"] in ("gzip", "deflate")
    assert int(packed.headers["content-length"]) < len(whole.body) / 2


async def test_to_switch_the_language_loses_nothing_of_the_address(site: Site, job_id: str) -> None:
    page = (await shown(site, f"{GALLERY}?key=a%26b%23c")).body.decode()

    assert 'href="?key=a%26b%23c&amp;lang=en"' in page


async def test_what_a_phone_cannot_unpack_comes_as_it_is(site: Site, job_id: str) -> None:
    for path in (GALLERY, "/public/slots/slot-099"):
        plain = await shown(site, path, "accept-encoding: gzip;q=0, deflate;q=0")
        assert "content-encoding" not in plain.headers


async def test_nobody_waits_for_all_codes_of_a_gallery(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, drawn = 0, []

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def drawn_at(link: str) -> Markup:
        drawn.append(turns)
        return Markup()

    for number in range(3):
        await post(site.port, [PASSWORD_PART, file(PHOTO + bytes([number]))])
    monkeypatch.setattr("photochanger_web.pages.public_pictures.qr_code", drawn_at)
    task = asyncio.create_task(others())
    await shown(site, GALLERY)
    task.cancel()

    assert len(set(drawn)) == len(drawn) == 3


async def test_keys_are_in_no_log(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    path = await shared(site)
    for one in (f"{GALLERY}/pictures?key=s3cret", f"{path}/pictures", f"{path}x/pictures"):
        await shown(site, one)

    logged = capsys.readouterr()
    assert "/public/gallery/{token}/pictures" in logged.out
    assert "s3cret" not in logged.out + logged.err
    assert path.rpartition("/")[2] not in logged.out + logged.err


async def test_a_venue_full_of_guests_is_not_too_fast(site: Site) -> None:
    """All of them have one address: they come at once, and then look on."""
    guests, every = 30, 5.0
    for _ in range(guests * MOST_AT_FIRST):
        await site.use_cases.limit_requests(RequestKind.PUBLIC, "192.0.2.1")

    assert guests / every < Settings().rate.per_second / 10
