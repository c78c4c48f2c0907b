"""The page that a slot is set up on."""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Final

import pytest

from photochanger_core.domain.account import Actor
from photochanger_core.domain.errors import ProviderServerError
from photochanger_core.ports.provider import Operation

from .admin import FORM as MULTIPART
from .booth import file, form
from .booth import text as part
from .running_site import Site
from .visitor import OWN, Visitor, logged_in

PATH: Final = "/slots/slot-001"
PNG: Final = b"\x89PNG\r\n\x1a\n"
AREAS: Final = re.compile(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', re.S)
SELECTS: Final = re.compile(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.S)
CONTESTED: Final = (
    r'class="contested"><th scope="row">Название</th>'
    r"\s*<td[^>]*>Theirs</td>\s*<td[^>]*>Mine"
)
SCHEMA: Final[dict[str, Any]] = {
    "title": "Edit",
    "x-ru": {"title": "Обработка"},
    "required": ["prompt"],
    "properties": {
        "prompt": {
            "type": "string",
            "maxLength": 10_000,
            "title": "Prompt",
            "x-ru": {"title": "Промпт", "description": "Что сделать"},
        },
        "model": {"type": "string", "title": "Model", "default": "one", "examples": ["one", "two"]},
        "rules": {"type": "string", "title": "Rules", "default": "Be kind"},
        "size": {"enum": [None, "1K", "2K"], "title": "Size", "default": None},
        "strength": {"type": "integer", "title": "Strength", "default": 40, "maximum": 80},
        "scale": {"type": "number", "title": "Scale"},
        "restore": {"type": "boolean", "title": "Restore", "default": True},
        "safety": {"type": "array", "title": "Safety", "default": []},
        "limits": {
            "type": "array",
            "title": "Rules",
            "default": [],
            "items": {
                "type": "object",
                "properties": {
                    "what": {"enum": ["a", "b", "c"], "title": "What"},
                    "least": {"type": "integer", "title": "Least"},
                },
            },
        },
    },
}
SWAP: Final[dict[str, Any]] = {
    "title": "Swap",
    "properties": {
        "prompt": {"type": "string", "title": "Prompt"},
        "sharp": {"type": "boolean", "title": "Sharp", "default": True},
    },
}


@pytest.fixture
async def site(site: Site) -> Site:
    site.world.provider.operations = {
        "image_edit": Operation(schema=SCHEMA),
        "swap": Operation(schema=SWAP, requires_public_media=True),
    }
    return site


async def shown(who: Visitor, path: str = PATH) -> str:
    reply = await who.get(path)
    assert reply.status == 200
    return reply.body.decode()


def filled_in(page: str) -> dict[str, str]:
    """Return the fields of the form as a browser would send them unchanged."""
    [form] = re.findall(r'<form id="slot-form".*?</form>', page, re.S)
    form = re.sub(r"<template.*?</template>", "", form, flags=re.S)
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" not in found or (found.get("type") == "checkbox" and " checked" not in tag):
            continue
        fields[found["name"]] = unescape(
            found.get("value", "on" if found.get("type") == "checkbox" else "")
        )
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S
    ):
        fields[name] = unescape(text).replace("\n", "\r\n")
    for name, options in SELECTS.findall(form):
        [fields[name]] = re.findall(r'value="([^"]*)" selected', options)
    return fields


async def save(who: Visitor, path: str = PATH, /, **changes: str) -> Any:
    fields = filled_in(await shown(who)) | changes
    return await who.submit(path, fields)


async def slot(site: Site) -> Any:
    return (await site.world.slots.all())[0]


async def upload(
    who: Visitor, picture: bytes, *, declared: str = "image/png", **changes: str
) -> Any:
    """Send the whole form with a template, as a browser does without scripts."""
    fields = filled_in(await shown(who)) | changes
    fields.pop("template_file", None)
    parts = [part(name, value.encode()) for name, value in fields.items()]
    body = form([*parts, file(picture, name="template_file", declared=declared)])
    return await who.ask("POST", f"{PATH}/template", body, kind=MULTIPART, extra=OWN)


async def template(who: Visitor, ending: bytes) -> dict[str, str]:
    body = form([file(PNG + ending, name="file", declared="image/png")])
    extra = (*OWN, f"x-csrf-token: {await who.form_key()}")
    path = "/api/template-media/register"
    reply = await who.ask("POST", path, body, kind=MULTIPART, extra=extra)
    return {"media_kind": "style", "media_object_id": reply.json["template_media_id"]}


async def change(site: Site, **changes: object) -> None:
    await site.use_cases.configure_slot("slot-001", changes, settings={}, by=Actor(name="olga"))


async def test_the_page_shows_the_fields_of_the_schema_in_its_language(serg: Visitor) -> None:
    page = await shown(serg)
    assert "<h1>gemini-3.1-flash-image</h1>" in page
    assert ">Промпт</label>" in page
    assert "Название</label>" in page
    assert "«Изображение №2»" in page
    assert 'value="http://photos.test/ingest/slot-001"' in page
    assert page.index("ingest/slot-001") < page.rindex(">Сохранить</button>")
    assert not re.search(r"<style| style=| on\w+=", page)
    assert ">Prompt</label>" in await shown(serg, f"{PATH}?lang=en")


async def test_saving_what_was_not_changed_changes_nothing(site: Site, serg: Visitor) -> None:
    before = await slot(site)
    reply = await save(serg)

    assert (reply.status, reply.headers["location"]) == (303, f"{PATH}?done=saved")
    assert await slot(site) == before
    assert "Сохранено." in await shown(serg, f"{PATH}?done=saved")


async def test_what_is_filled_in_is_saved(site: Site, serg: Visitor) -> None:
    reply = await save(
        serg,
        **{
            "display_name": "Пляж <b>",
            "settings.prompt": "One\r\ntwo",
            "settings.rules": "",
            "settings.size": "2K",
            "settings.strength": "15",
            "settings.scale": "0.5",
            "settings.safety": '[{"a": 1}]',
            "retry.error_tries": "2",
            "sync_response_seconds": "20",
            "on_failure": "original",
            "fallback.route": "",
        },
    )
    assert reply.status == 303
    saved = await slot(site)
    assert saved.display_name == "Пляж <b>"
    assert saved.settings == {
        "model": "gemini-3.1-flash-image",
        "prompt": "One\ntwo",
        "rules": "",
        "size": "2K",
        "strength": 15,
        "scale": 0.5,
        "safety": [{"a": 1}],
    }
    assert (saved.retry.error_tries, saved.sync_response_seconds) == (2, 20)
    assert (saved.on_failure, saved.updated_by) == ("original", "serg")
    assert "Пляж &lt;b&gt;" in await shown(serg)


@pytest.mark.parametrize(
    "name, text",
    [
        ("settings.safety", '["\\ud800"]'),
        ("settings.safety", "[NaN]"),
        ("settings.safety", "[" * 50_000),
        ("settings.scale", "1e999"),
        ("settings.strength", "9" * 5000),
        ("size_limit_mb", "9" * 5000),
        ("retry.error_tries", "x"),
        ("fallback.route", "x"),
        ("route", "no/such"),
        ("gallery", "x"),
        ("template_media[0].media_object_id", "x"),
        ("template_media[00].media_object_id", "x"),
    ],
)
async def test_whatever_is_filled_in_is_no_bug(
    site: Site, serg: Visitor, name: str, text: str
) -> None:
    reply = await save(serg, **{name: text})
    assert reply.status in (200, 303, 422)
    drafted = await save(serg, f"{PATH}/draft", **{name: text})
    assert drafted.status == 200


async def test_a_box_that_is_not_ticked_is_off(site: Site, serg: Visitor) -> None:
    fields = filled_in(await shown(serg))
    del fields["settings.restore"]
    await serg.submit(PATH, fields)

    assert (await slot(site)).settings["restore"] is False


async def test_problems_stand_at_their_fields(site: Site, serg: Visitor) -> None:
    before = await slot(site)
    reply = await save(serg, size_limit_mb="99", display_name="")
    page = reply.body.decode()

    assert reply.status == 422
    assert await slot(site) == before
    for name in ("size-limit-mb", "display-name"):
        assert re.search(rf'id="field-{name}"[^>]*aria-invalid="true"', page)
        assert f'<a href="#field-{name}">' in page
    assert 'value="99"' in page
    assert "от 1 до 20" in page


async def test_problems_of_settings_stand_there_too(site: Site, serg: Visitor) -> None:
    parts = {"invalid": {"type": "string", "title": "Invalid"}}
    site.world.provider.operations = {"image_edit": Operation(schema={"properties": parts})}
    reply = await save(serg, **{"settings.invalid": "x"})

    assert reply.status == 422
    page = reply.body.decode()
    assert re.search(r'id="field-settings-invalid"[^>]*aria-invalid="true"', page)


async def test_another_operation_shows_its_fields_before_it_is_saved(
    site: Site, serg: Visitor
) -> None:
    fields = filled_in(await shown(serg)) | {"settings.prompt": "Keep me", "route": "gemini/swap"}
    before = await slot(site)
    drafted = await serg.submit(f"{PATH}/draft", fields)
    reply = await serg.submit(PATH, fields)
    assert (drafted.status, reply.status) == (200, 200)
    assert await slot(site) == before
    page = reply.body.decode()
    assert "Keep me" in page
    assert ">Sharp</span>" in page
    assert ">Strength</label>" not in page
    assert "скачивает изображения по ссылке" in page
    assert (await serg.submit(PATH, filled_in(page))).status == 303
    saved = await slot(site)
    assert (saved.operation, saved.settings) == ("swap", {"prompt": "Keep me"})


async def test_an_address_shows_the_fields_of_another_operation(serg: Visitor) -> None:
    page = await shown(serg, f"{PATH}?provider=gemini&operation=swap")
    assert ">Sharp</span>" in page


async def test_a_fallback_is_set_up_and_taken_away(site: Site, serg: Visitor) -> None:
    fields = filled_in(await shown(serg)) | {"fallback.route": "gemini/swap"}
    page = (await serg.submit(f"{PATH}/draft", fields)).body.decode()
    fields = filled_in(page) | {"fallback.share": "30", "fallback.settings.prompt": "Swap"}
    assert (await serg.submit(PATH, fields)).status == 303
    fallback = (await slot(site)).fallback
    assert (fallback.operation, fallback.share) == ("swap", 30)
    assert fallback.settings == {"prompt": "Swap"}
    page = (await save(serg, **{"fallback.route": ""})).body.decode()
    assert (await serg.submit(PATH, filled_in(page))).status == 303
    assert (await slot(site)).fallback is None


async def test_nobody_overwrites_what_somebody_else_has_saved(site: Site, serg: Visitor) -> None:
    fields = filled_in(await shown(serg))
    await change(site, display_name="Theirs", daily_call_limit=7)
    reply = await serg.submit(PATH, fields | {"display_name": "Mine", "size_limit_mb": "3"})
    page = reply.body.decode()

    assert reply.status == 409
    assert (await slot(site)).display_name == "Theirs"
    assert "его сохранили ещё раз: olga" in page
    assert re.search(CONTESTED, page)
    both = filled_in(page)
    assert (both["display_name"], both["daily_call_limit"], both["size_limit_mb"]) == (
        "Mine",
        "7",
        "3",
    )
    assert (await serg.submit(PATH, both)).status == 303
    saved = await slot(site)
    assert (saved.display_name, saved.daily_call_limit, saved.size_limit_mb) == ("Mine", 7, 3)


async def test_a_password_is_set_and_never_shown(site: Site, serg: Visitor) -> None:
    assert (await save(serg, ingest_password="booth-secret")).status == 303
    assert (await slot(site)).ingest_password_hash is not None
    assert "booth-secret" not in await shown(serg)
    assert (await save(serg, forget_password="on")).status == 303
    assert (await slot(site)).ingest_password_hash is None


async def test_a_version_is_brought_back(site: Site, serg: Visitor) -> None:
    before = (await slot(site)).display_name
    await change(site, display_name="Second")
    page = await shown(serg)
    assert f"<del>{before}</del> → <ins>Second</ins>" in page
    fields = {"csrf_token": await serg.form_key(), "version": "2", "to_version": "1"}
    reply = await serg.submit(f"{PATH}/rollback", fields)
    assert (reply.status, reply.headers["location"]) == (303, f"{PATH}?done=rolled_back")
    assert (await slot(site)).display_name == before
    again = await serg.submit(f"{PATH}/rollback", fields)
    assert again.status == 409
    gone = await serg.submit(f"{PATH}/rollback", fields | {"version": "3", "to_version": "9"})
    assert gone.status == 422


@pytest.mark.parametrize("path", [PATH, f"{PATH}/draft", f"{PATH}/rollback"])
async def test_a_form_of_another_session_is_refused(site: Site, serg: Visitor, path: str) -> None:
    before = await slot(site)
    reply = await save(serg, path, csrf_token="x", display_name="Foreign")

    assert reply.status == 403
    assert await slot(site) == before


async def test_whoever_may_only_look_sees_no_buttons(site: Site) -> None:
    who = await logged_in(site, "olga", ["slots:read"])
    page = await shown(who)

    assert '<fieldset class="all" disabled>' in page
    assert "может только смотреть" in page
    assert (await save(who)).status == 403


async def test_there_is_no_other_slot(serg: Visitor) -> None:
    assert (await serg.get("/slots/slot-099")).status == 404


@pytest.mark.parametrize("version", ["", "x", "99999999999999", "-1"])
async def test_a_version_that_is_none_is_refused(serg: Visitor, version: str) -> None:
    assert (await save(serg, version=version)).status == 400


async def test_history_is_told_in_words(site: Site, serg: Visitor) -> None:
    fallback = {"provider": "gemini", "operation": "swap", "settings": {"prompt": "B"}}
    await change(site, retry={"error_tries": 2}, fallback=fallback, on_failure="original")
    await change(site, provider="gemini", operation="swap", settings={"sharp": False})
    page = unescape(await shown(serg))

    def told(label: str, old: str, new: str) -> bool:
        return f"<li>{label}: <del>{old}</del> → <ins>{new}</ins></li>" in page

    assert told("Попыток при сбоях", "3", "2")
    assert told("Запасной провайдер", "пусто", "Gemini: Swap")
    assert told("Запасной: Prompt", "пусто", "B")
    assert told("Ответ фотобудке", "Ошибка", "Исходное фото гостя")
    assert told("Провайдер и операция", "Gemini: Обработка", "Gemini: Swap")
    assert told("Sharp", "пусто", "нет")
    assert '{"' not in re.findall(r'<ol class="history">.*?</ol>', page, re.S)[0]


async def test_other_templates_are_told_in_words(site: Site, serg: Visitor) -> None:
    first, second = [await template(serg, name) for name in (b"a", b"b")]
    await change(site, template_media=[first])
    await change(site, template_media=[second, first | {"media_kind": "face"}])
    page = await shown(serg)

    assert "Изображение №2: <del>пусто</del> → <ins>Стиль</ins>" in page
    assert "Изображение №2: <del>Стиль</del> → <ins>Стиль, другая картинка</ins>" in page
    assert "Изображение №3: <del>пусто</del> → <ins>Лицо</ins>" in page


async def test_a_template_comes_in_without_scripts(site: Site, serg: Visitor) -> None:
    reply = await upload(serg, PNG, display_name="Kept", **{"settings.prompt": "Одно\r\nдва"})
    page = reply.body.decode()

    assert reply.status == 200
    assert (await slot(site)).version == 1
    fields = filled_in(page)
    assert (fields["display_name"], fields["settings.prompt"]) == ("Kept", "Одно\r\nдва")
    assert (await serg.submit(PATH, fields)).status == 303
    assert [one.media_kind for one in (await slot(site)).template_media] == ["style"]


async def test_a_form_without_a_version_leaves_no_template(site: Site, serg: Visitor) -> None:
    assert (await upload(serg, PNG, version="")).status == 400
    assert (await site.use_cases.list_templates(limit=1, before=None)).templates == []


@pytest.mark.parametrize(
    "picture, declared, status",
    [
        (b"no picture", "image/png", 415),
        (PNG, "image/heic", 415),
        (b"", "application/octet-stream", 415),
        (PNG + bytes(20 * 1024 * 1024), "image/png", 413),
    ],
)
async def test_what_is_no_template_loses_nothing_that_was_filled_in(
    site: Site, serg: Visitor, picture: bytes, declared: str, status: int
) -> None:
    reply = await upload(serg, picture, declared=declared, display_name="Kept")
    page = reply.body.decode()

    assert reply.status == status
    assert filled_in(page)["display_name"] == "Kept"
    assert '<p class="wrong-text" role="alert">' in page
    assert site.world.media.handles == 0


async def test_a_template_of_another_session_is_not_even_read(site: Site, serg: Visitor) -> None:
    reply = await upload(serg, PNG, csrf_token="x")
    late = form([part("version", b"1"), part("csrf_token", (await serg.form_key()).encode())])
    other = await serg.ask("POST", f"{PATH}/template", late, kind=MULTIPART, extra=OWN)

    assert (reply.status, other.status) == (403, 403)
    assert [entry.action for entry in site.world.audit.entries] == ["logged_in"]


async def test_a_form_that_is_far_too_large_is_refused_at_once(serg: Visitor) -> None:
    reply = await upload(serg, PNG + bytes(21 * 1024 * 1024))
    assert reply.status == 413


async def test_a_preset_fills_in_the_form(site: Site, serg: Visitor) -> None:
    reply = await save(serg, f"{PATH}/draft", preset="studio", display_name="Kept")
    fields = filled_in(reply.body.decode())

    assert fields["display_name"] == "Kept"
    assert "светло-серый фон" in fields["settings.prompt"]
    assert "пока ничего не изменилось" in reply.body.decode()
    assert (await slot(site)).version == 1
    other = await shown(serg, f"{PATH}?provider=gemini&operation=swap")
    assert "data-preset" not in other


async def test_rows_come_and_go_without_scripts(site: Site, serg: Visitor) -> None:
    fields = filled_in(await shown(serg)) | {"add": "settings.limits"}
    page = (await serg.submit(f"{PATH}/draft", fields)).body.decode()
    fields = filled_in(page) | {"settings.limits[0].what": "b", "settings.limits[0].least": "x"}
    assert (await serg.submit(PATH, fields)).status == 303
    assert (await slot(site)).settings["limits"] == [{"what": "b", "least": "x"}]
    fields = filled_in(await shown(serg)) | {"remove": "settings.limits[0]"}
    assert (await serg.submit(PATH, fields)).status == 303
    assert (await slot(site)).settings["limits"] == []


async def test_another_slot_is_copied(site: Site, serg: Visitor) -> None:
    assert "copy?" not in await shown(serg)
    theirs = {"display_name": "Свадьба", "settings": {"prompt": "Theirs"}, "size_limit_mb": 7}
    await site.use_cases.configure_slot("slot-002", theirs, settings={}, by=Actor(name="olga"))
    assert '<option value="slot-002">Свадьба (slot-002)</option>' in await shown(serg)

    page = await shown(serg, f"{PATH}/copy?from=slot-002")
    assert "настройками слота «Свадьба»?" in page
    assert re.search(r"<li>Размер фото, МиБ: <del>15</del> → <ins>7</ins></li>", page)
    assert "<ins>Theirs</ins>" in page
    assert "Слот включён" not in page
    key = await serg.form_key()
    fields = {"csrf_token": key, "version": "1", "from": "slot-002", "from_version": "2"}
    for name, value in fields.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    reply = await serg.submit(f"{PATH}/copy", fields)
    assert (reply.status, reply.headers["location"]) == (303, f"{PATH}?done=copied")
    assert "Настройки скопированы" in await shown(serg, f"{PATH}?done=copied")
    saved = await slot(site)
    assert (saved.display_name, saved.size_limit_mb, saved.is_active) == ("Slot 1", 7, True)
    assert saved.settings["prompt"] == "Theirs"

    again = await serg.submit(f"{PATH}/copy", fields)
    assert again.status == 409
    assert "настроены одинаково" in await shown(serg, f"{PATH}/copy?from=slot-002")
    assert (await serg.get(f"{PATH}/copy?from=slot-099")).status == 404


async def test_nothing_is_copied_that_was_not_shown(site: Site, serg: Visitor) -> None:
    fields = {"csrf_token": await serg.form_key(), "version": "1", "from": "slot-002"}
    await site.use_cases.configure_slot(
        "slot-002", {"size_limit_mb": 7}, settings={}, by=Actor(name="olga")
    )

    assert (await serg.submit(f"{PATH}/copy", {**fields, "from_version": "1"})).status == 409
    assert (await serg.submit(f"{PATH}/copy", fields)).status == 400
    assert (await slot(site)).version == 1


async def test_a_slot_that_stays_off_is_told(site: Site, serg: Visitor) -> None:
    await change(site, is_active=False)
    assert "Слот выключен" in await shown(serg, f"{PATH}?done=saved")


async def test_what_a_provider_said_is_told_to_whoever_tested(site: Site, serg: Visitor) -> None:
    site.world.provider.error = ProviderServerError("overloaded today")
    await change(site, retry={"error_tries": 1})
    body = form([file(name="test_image")])
    extra = (*OWN, f"x-csrf-token: {await serg.form_key()}", "accept: application/json")
    reply = await serg.ask(
        "POST", "/api/slots/slot-001/test-run", body, kind=MULTIPART, extra=extra
    )
    job_id = reply.json["error"]["details"]["job_id"]
    told = await serg.get(f"/parts/slots/slot-001/tests/{job_id}")
    assert told.json == {"words": "overloaded today"}
    assert (await serg.get(f"/parts/slots/slot-002/tests/{job_id}")).status == 404
    olga = await logged_in(site, "olga", ["slots:read", "stats:read"])
    assert (await olga.get(f"/parts/slots/slot-001/tests/{job_id}")).status == 403
