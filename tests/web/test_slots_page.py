"""The dashboard: how the fifteen slots are doing, and switching them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from attrs import evolve

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import FailureReason, ProviderUnreachable
from photochanger_core.domain.ids import SLOT_IDS
from photochanger_core.domain.login import SESSION_IDLE

from .booth import PASSWORD, captured, file, post
from .booth import text as part
from .running_site import Site
from .visitor import Visitor, logged_in

ACTIVITY = "/slots/slot-001/activity"
ME = Actor(name="test")


async def shown(who: Visitor, path: str = "/slots") -> str:
    reply = await who.get(path)
    assert reply.status == 200
    return reply.body.decode()


def row(page: str, slot: str = "slot-001") -> str:
    [found] = re.findall(rf'<li class="card row" id="row-{slot}".*?</li>', page, re.DOTALL)
    return str(found)


async def photo(site: Site) -> int:
    parts = [part("password", PASSWORD.encode()), file()]
    return (await post(site.port, captured(parts))).status


async def form(who: Visitor, is_active: str, version: int, **more: str) -> dict[str, str]:
    key = await who.form_key()
    return {"csrf_token": key, "is_active": is_active, "version": str(version), **more}


async def is_active(site: Site) -> bool:
    return (await site.use_cases.read_slots("slot-001")).slot.is_active


async def test_every_slot_has_a_row_that_leads_to_it(serg: Visitor) -> None:
    page = await shown(serg)

    for slot in SLOT_IDS:
        assert f'href="/slots/{slot}"' in row(page, slot)
        assert f"http://photos.test/ingest/{slot}" in row(page, slot)
    assert "Активен" in row(page)
    assert "Выключен" in row(page, "slot-002")
    assert "Обработок ещё не было" in row(page)


async def test_the_last_photo_is_told(site: Site, serg: Visitor) -> None:
    assert await photo(site) == 200
    site.world.clock.stepped += timedelta(minutes=5)
    done = row(await shown(serg))
    assert "5 мин назад" in done
    assert "готово" in done
    assert "Успешно за час: 100 %" in done

    site.world.provider.error = ProviderUnreachable()
    await site.world.set_slot(dedupe_seconds=0)
    await photo(site)
    failed = row(await shown(serg))
    assert "только что" in failed
    assert "AI-провайдер недоступен" in failed


async def test_a_provider_that_is_not_asked_is_told(site: Site, serg: Visitor) -> None:
    view = await site.use_cases.read_slots("slot-001")
    for _ in range(5):
        site.world.health.tried(view.slot.route.name(view.model), 1.0, FailureReason.NETWORK)

    assert "не отвечает" in row(await shown(serg))
    assert "Сбои" in row(await shown(serg))


async def test_slots_are_shown_by_how_they_are_doing(serg: Visitor) -> None:
    active = await shown(serg, "/slots?state=active")
    assert len(re.findall('class="card row"', active)) == 1
    assert len(re.findall('class="card row"', await shown(serg, "/slots?state=off"))) == 14
    assert "Таких слотов сейчас нет" in await shown(serg, "/slots?state=failing")
    assert len(re.findall('class="card row"', await shown(serg, "/slots?state=<b>"))) == 15
    assert 'data-live="/parts/slots?state=active"' in active


async def order(who: Visitor, order: str, state: str = "") -> list[str]:
    page = await shown(who, f"/slots?order={order}&state={state}")
    return re.findall(r'id="row-slot-0(\d\d)"', page)


async def test_slots_stand_in_the_order_that_is_asked_for(site: Site, serg: Visitor) -> None:
    names = {"slot-001": "Пляж 10", "slot-002": "пляж 9", "slot-003": "Арбуз"}
    for slot, name in names.items():
        changes = {"display_name": name, "settings": {"prompt": "x"}, "is_active": True}
        await site.use_cases.configure_slot(slot, changes, settings={}, by=ME)
    assert await photo(site) == 200

    assert (await order(serg, "name"))[-3:] == ["03", "02", "01"]
    assert (await order(serg, "last"))[:2] == ["01", "02"]
    assert (await order(serg, "success"))[:2] == ["01", "02"]
    assert (await order(serg, "state"))[:4] == ["01", "02", "03", "04"]
    assert (await order(serg, "<b>"))[:2] == ["01", "02"]
    site.world.provider.error = ProviderUnreachable()
    site.world.clock.stepped += timedelta(minutes=5)
    once = {"retry": {"error_tries": 1}}
    await site.use_cases.configure_slot("slot-003", once, settings={}, by=ME)
    parts = [part("password", PASSWORD.encode()), file()]
    assert (await post(site.port, captured(parts), path="/ingest/slot-003")).status == 503
    assert (await order(serg, "state", "failing")) == ["03"]
    assert (await order(serg, "state"))[:2] == ["03", "01"]
    assert (await order(serg, "last"))[:2] == ["03", "01"]
    assert (await order(serg, "success"))[:2] == ["03", "01"]


async def test_order_and_state_stay_with_each_other(site: Site, serg: Visitor) -> None:
    page = await shown(serg, "/slots?state=active&order=name")

    for link in (
        'href="/slots?state=active&amp;order=last"',
        'href="/slots?state=off&amp;order=name"',
        'href="/slots?order=name"',
        'data-live="/parts/slots?state=active&amp;order=name"',
    ):
        assert link in page
    assert '<input type="hidden" name="order" value="name">' in row(page)
    reply = await serg.submit(ACTIVITY, await form(serg, "no", 1, state="active", order="name"))
    assert reply.headers["location"].startswith("/slots?state=active&order=name&done=")


async def test_a_slot_is_swapped_to_its_fallback_and_back(site: Site, serg: Visitor) -> None:
    assert "/swap" not in await shown(serg)
    fallback = {"provider": "gemini", "operation": "image_edit", "settings": {"prompt": "B"}}
    await site.world.set_slot(fallback=fallback)
    first = (await site.use_cases.read_slots("slot-001")).slot
    assert 'action="/slots/slot-001/swap"' in row(await shown(serg))

    fields = {"csrf_token": await serg.form_key(), "version": "2", "order": "name"}
    reply = await serg.submit("/slots/slot-001/swap", fields)
    done = "/slots?order=name&done=swapped&slot=slot-001"
    assert (reply.status, reply.headers["location"]) == (303, done)
    assert "фото теперь идут в «Gemini: image_edit»" in await shown(serg, done)
    second = (await site.use_cases.read_slots("slot-001")).slot
    assert second.settings == {"prompt": "B"}
    assert second.fallback is not None
    assert second.fallback.settings == first.settings
    assert site.world.audit.entries[-1].actor.name == "serg"

    assert (await serg.submit("/slots/slot-001/swap", fields)).status == 409
    await serg.submit("/slots/slot-001/swap", fields | {"version": "3"})
    back = (await site.use_cases.read_slots("slot-001")).slot
    assert (back.route, back.fallback) == (first.route, first.fallback)


async def test_a_fallback_that_somebody_has_taken_away_is_told(site: Site, serg: Visitor) -> None:
    fields = {"csrf_token": await serg.form_key(), "version": "1"}
    reply = await serg.submit("/slots/slot-001/swap", fields)

    assert reply.status == 409
    assert (await site.use_cases.read_slots("slot-001")).slot.version == 1


async def test_the_statistics_of_a_row_are_reset_and_shown_again(site: Site, serg: Visitor) -> None:
    assert await photo(site) == 200
    key, there = await serg.form_key(), "/slots?order=name&slot=slot-001"
    assert f'name="next" value="{there.replace("&", "&amp;")}"' in row(
        await shown(serg, "/slots?order=name")
    )
    site.world.clock.stepped += timedelta(minutes=5)
    fields = {"csrf_token": key, "slot": "slot-001", "next": there, "action": "reset"}
    reply = await serg.submit("/statistics/reset", fields)
    assert reply.headers["location"] == f"{there}&done=reset"
    page = await shown(serg, reply.headers["location"])
    assert "Статистика слота «Slot 1» сброшена" in page
    assert "Обработок ещё не было" in row(page)
    assert "Статистика с момента сброса: только что" in row(page)
    assert "Статистика с" not in row(page, "slot-002")

    await serg.submit("/statistics/reset", fields | {"action": "undo"})
    assert "5 мин назад" in row(await shown(serg))


async def test_the_log_is_offered_to_those_who_may_read_it(site: Site, serg: Visitor) -> None:
    assert 'href="/jobs?slot_id=slot-001"' in row(await shown(serg))
    who = await logged_in(site, "igor", ["slots:read"])
    assert "/jobs" not in row(await shown(who))


async def test_the_first_empty_slot_is_the_new_one(site: Site, serg: Visitor) -> None:
    hint = "Добавьте новый слот, чтобы начать обработку изображений."
    page = await shown(serg)
    assert re.search(r'class="primary" href="/slots/slot-002"', page)
    assert hint in page

    for slot in SLOT_IDS:
        await site.use_cases.configure_slot(slot, {"display_name": "x"}, settings={}, by=ME)
    page = await shown(serg)
    assert re.search(r'<button type="button" class="primary" disabled[^>]*>', page)
    assert hint not in page


async def test_who_may_only_look_is_offered_nothing_else(site: Site) -> None:
    who = await logged_in(site, "igor", ["slots:read"])
    page = await shown(who)

    assert "Новый слот" not in page
    assert "/activity" not in page
    assert (await who.submit(ACTIVITY, await form(who, "no", 1))).status == 403
    assert await is_active(site)


async def test_a_slot_is_paused_and_switched_on(site: Site, serg: Visitor) -> None:
    reply = await serg.submit(ACTIVITY, await form(serg, "no", 1, state="active"))
    done = "done=paused&slot=slot-001"
    assert (reply.status, reply.headers["location"]) == (303, f"/slots?state=active&{done}")
    assert not await is_active(site)
    assert "Слот «Slot 1» приостановлен" in await shown(serg, reply.headers["location"])

    reply = await serg.submit(ACTIVITY, await form(serg, "yes", 2))
    assert reply.headers["location"] == "/slots?done=activated&slot=slot-001"
    assert await is_active(site)
    assert [entry.actor.name for entry in site.world.audit.entries[-2:]] == ["serg", "serg"]


async def test_what_somebody_else_has_changed_is_not_switched(site: Site, serg: Visitor) -> None:
    await site.world.set_slot(display_name="Other")
    reply = await serg.submit(ACTIVITY, await form(serg, "no", 1))

    assert reply.status == 409
    assert "Кто-то уже изменил эти данные" in reply.body.decode()
    assert 'value="2"' in row(reply.body.decode())
    assert await is_active(site)


async def test_what_is_not_ready_is_not_switched_on(site: Site, serg: Visitor) -> None:
    slot = await site.world.slots.get(SLOT_IDS[1])
    await site.world.slots.save(evolve(slot, settings={"invalid": 1}, version=2))
    reply = await serg.submit("/slots/slot-002/activity", await form(serg, "yes", 2, state="off"))
    page = reply.body.decode()

    assert reply.status == 422
    assert "settings.invalid: " in page
    assert len(re.findall('class="card row"', page)) == 14
    assert not (await site.use_cases.read_slots("slot-002")).slot.is_active


@pytest.mark.parametrize(
    "changes", [{"csrf_token": "x"}, {"version": ""}, {"version": "-1"}, {"is_active": "maybe"}]
)
async def test_a_form_that_is_none_of_ours_changes_nothing(
    site: Site, serg: Visitor, changes: dict[str, str]
) -> None:
    reply = await serg.submit(ACTIVITY, await form(serg, "no", 1) | changes)

    assert reply.status in (400, 403)
    assert await is_active(site)


async def test_what_a_page_reads_by_itself_keeps_no_session_alive(
    site: Site, serg: Visitor
) -> None:
    site.world.clock.stepped += SESSION_IDLE / 2
    part = await serg.get("/parts/slots?state=off")

    assert part.status == 200
    assert "set-cookie" not in part.headers
    assert len(re.findall('class="card row"', part.body.decode())) == 14
    site.world.clock.stepped += SESSION_IDLE / 2 + timedelta(seconds=1)
    assert (await serg.get("/parts/slots")).status == 401


async def test_only_who_may_follow_changes_is_told_of_them(site: Site, serg: Visitor) -> None:
    igor = await logged_in(site, "igor", ["slots:read"])

    assert "data-events=" in (await serg.get("/slots")).body.decode()
    page = (await igor.get("/slots")).body.decode()
    assert 'data-live="/parts/slots"' in page
    assert "data-events=" not in page
    assert (await igor.get("/api/events")).status == 403
