"""The page of who did what."""

from __future__ import annotations

import re
from html import unescape

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_core.domain.errors import WrongCredentials
from tests.seeded_jobs import RUNNING, seed

from .running_site import Site
from .visitor import Visitor, logged_in

OLGA = Actor(name="olga", address="192.0.2.7")


async def shown(who: Visitor, path: str = "/audit") -> str:
    reply = await who.get(path)
    assert reply.status == 200
    return unescape(reply.body.decode())


def entries(page: str) -> list[str]:
    return re.findall(r'<li class="deed[a-z ]*" id="entry-\d+">.*?\n</li>', page, re.DOTALL)


async def test_who_did_what_from_where_reads_as_sentences(site: Site, serg: Visitor) -> None:
    use = site.use_cases
    await use.configure_slot(
        "slot-001",
        {"display_name": "Портрет", "output_format": "jpeg", "ingest_password": "s3cret-word"},
        settings={},
        by=OLGA,
    )
    await use.configure_settings(
        {
            "sync_response_seconds": 40,
            "hash_policy": "strict",
            "ingest_password": "another-s3cret",
            "provider_keys": {"gemini": "AIza-s3cret"},
        },
        by=Actor(name="photochanger"),
    )
    with pytest.raises(WrongCredentials):
        await use.log_in("igor", "s3cret-try", address="203.0.113.9")
    page = await shown(serg)
    failed, key, settings, slot, logged_in = entries(page)

    assert "Отказано во входе: «i…»." in failed  # nobody has that name here
    assert "с адреса 203.0.113.9" in failed
    assert 'class="deed failure"' in failed
    assert "Изменён ключ провайдера Gemini." in key
    assert "на сервере" in key
    assert "Время ожидания ответа, с: <del>48</del> → <ins>40</ins>" in settings
    assert "<del>Принять и предупредить</del> → <ins>Отказать</ins>" in settings
    assert "Пароль приёма фото: изменено" in settings
    assert "Изменён слот «Портрет»." in slot
    assert "<strong>olga</strong> · с адреса 192.0.2.7" in slot
    assert "Название: <del>Slot 1</del> → <ins>Портрет</ins>" in slot
    assert "Формат: <del>Как у фото</del> → <ins>Всегда JPEG</ins>" in slot
    assert "Собственный пароль: изменено" in slot
    assert 'href="/slots/slot-001#title-history"' in slot
    assert "Вход выполнен: «serg»." in logged_in
    assert "s3cret" not in page
    assert "AIza" not in page


async def test_jobs_are_linked(site: Site, serg: Visitor) -> None:
    await seed(site.world)
    await site.use_cases.cancel_job(RUNNING, by=OLGA)
    first = entries(await shown(serg))[0]

    assert "Отменено задание слота «Slot 1»." in first
    assert f'href="/jobs/{RUNNING}"' in first


async def test_what_somebody_typed_is_no_html_and_no_slot(site: Site, serg: Visitor) -> None:
    for name in ("<script>", "slot-001"):  # as records from before have it
        entry = AuditEntry(
            at=site.world.clock.now(),
            actor=Actor(name=name, address="203.0.113.9"),
            action=AuditAction.LOGIN_FAILED,
            subject=name,
        )
        await site.world.audit.note(entry)
    page = (await serg.get("/audit")).body.decode()

    assert "«&lt;script&gt;»" in page
    assert "<script>" not in page
    assert "#title-history" not in page


@pytest.mark.parametrize(
    "query, found",
    [
        ("slot_id=slot-002", 1),
        ("actor=olga&slot_id=&subject=", 2),
        ("subject=settings", 1),
        ("actor=nobody", 0),
        ("lang=en", 3),
    ],
)
async def test_entries_are_narrowed_down(site: Site, serg: Visitor, query: str, found: int) -> None:
    await site.use_cases.configure_slot("slot-002", {"display_name": "x"}, settings={}, by=OLGA)
    await site.use_cases.configure_settings({"gallery_limit": 7}, by=OLGA)

    assert len(entries(await shown(serg, f"/audit?{query}"))) == found


async def test_nothing_found_is_said(serg: Visitor) -> None:
    assert "Таких записей нет." in await shown(serg, "/audit?actor=nobody")
    assert "There are no such entries." in await shown(serg, "/audit?actor=nobody&lang=en")


@pytest.mark.parametrize("query", ["before=x", "before=0", f"actor={'x' * 101}", "subject=%00"])
async def test_what_cannot_be_asked_for_is_told_beside_the_form(serg: Visitor, query: str) -> None:
    reply = await serg.get(f"/audit?{query}")
    page = reply.body.decode()

    assert reply.status == 422
    assert f"<p>{query.partition('=')[0]}: " in page
    assert entries(page) == []


async def test_many_entries_are_leafed_through_by_links(site: Site, serg: Visitor) -> None:
    for number in range(120):
        action = AuditAction.SLOT_CHANGED
        at, subject = site.world.clock.now(), f"slot-{number % 15 + 1:03}"
        entry = AuditEntry(at=at, actor=OLGA, action=action, subject=subject)
        await site.world.audit.note(entry)
    path: str | None = "/audit?actor=olga"
    seen, page = [], ""
    while path:
        page = await shown(serg, path)
        seen.append(len(entries(page)))
        found = re.search(r'id="older" href="([^"]*)"', page)
        path = found[1] if found else None

    assert seen == [50, 50, 20]
    assert "К последним" in page


async def test_who_may_not_follow_a_link_is_given_none(site: Site, serg: Visitor) -> None:
    await site.use_cases.configure_slot("slot-002", {"display_name": "x"}, settings={}, by=OLGA)
    igor = await logged_in(site, "igor", ["settings:read"])
    stas = await logged_in(site, "stas", ["slots:read"])

    assert "#title-history" not in await shown(igor)
    assert (await stas.get("/audit")).status == 403
    assert 'href="/audit"' not in (await stas.get("/slots")).body.decode()
