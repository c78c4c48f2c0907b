"""Administrators look after templates."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Final

import pytest

from photochanger_core.domain.audit import AuditAction
from photochanger_core.domain.slot import MAX_SIZE_LIMIT, MEGABYTE

from .admin import FORM, Admin, admin_of
from .booth import Reply, file, form, line_to, text
from .running_site import Site

TEMPLATES: Final = "/api/template-media"
PNG: Final = b"\x89PNG\r\n\x1a\nwaves"


@pytest.fixture
async def admin(site: Site) -> Admin:
    return await admin_of(site)


def picture(content: bytes = PNG, *, declared: str = "image/png", name: str = "file") -> bytes:
    return file(content, name=name, declared=declared)


async def registered(admin: Admin, content: bytes = PNG) -> str:
    reply = await admin.send(f"{TEMPLATES}/register", [picture(content)])
    assert reply.status in (200, 201)
    return str(reply.json["template_media_id"])


async def bind(admin: Admin, slot: str, *media_ids: str) -> Reply:
    bound = [{"media_kind": "style", "media_object_id": one} for one in media_ids]
    return await admin.ask("PUT", f"/api/slots/{slot}", {"template_media": bound})


async def test_a_picture_becomes_a_template(site: Site, admin: Admin) -> None:
    reply = await admin.send(f"{TEMPLATES}/register", [picture()])

    assert reply.status == 201
    told = reply.json
    assert told.pop("created_at").endswith("Z")
    assert told == {
        "template_media_id": "0" * 31 + "1",
        "media_type": "image/png",
        "size": len(PNG),
        "sha256": sha256(PNG).hexdigest(),
    }
    [entry] = site.world.audit.entries
    assert (entry.action, entry.subject) == (AuditAction.TEMPLATE_REGISTERED, "0" * 31 + "1")
    assert (entry.actor.name, entry.actor.address) == ("serg", "127.0.0.1")


async def test_the_same_picture_is_the_same_template(site: Site, admin: Admin) -> None:
    first = await admin.send(f"{TEMPLATES}/register", [picture()])
    again = await admin.send(f"{TEMPLATES}/register", [picture()])

    assert (again.status, again.json) == (200, first.json)
    assert len(site.world.audit.entries) == 1


@pytest.mark.parametrize(
    "parts, status, code",
    [
        ([], 400, "invalid_request"),
        ([text("file", b"")], 400, "invalid_request"),
        ([picture(b"")], 400, "invalid_request"),
        ([picture(b"GIF89a, as it were")], 415, "unsupported_media_type"),
        ([picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>")], 415, "unsupported_media_type"),
        ([picture(declared="image/gif")], 415, "unsupported_media_type"),
        ([picture(PNG + b"broken")], 400, "invalid_request"),
        ([picture(PNG + b"huge")], 413, "payload_too_large"),
        ([picture(), picture()], 400, "invalid_request"),
        ([picture(), text("more", b"x")], 400, "invalid_request"),
        ([picture(name="fileToUpload")], 400, "invalid_request"),
        ([b"X: y\r\n\r\n" + PNG], 400, "invalid_request"),
    ],
)
async def test_what_is_no_picture_is_no_template(
    site: Site, admin: Admin, parts: list[bytes], status: int, code: str
) -> None:
    reply = await admin.send(f"{TEMPLATES}/register", parts)

    assert (reply.status, reply.code) == (status, code)
    assert site.world.media_rows.media == {}
    assert (site.world.media.handles, site.world.audit.entries) == (0, [])


async def test_what_is_unknown_in_a_form_is_called_so(admin: Admin) -> None:
    reply = await admin.send(f"{TEMPLATES}/register", [picture(), text("more", b"x")])
    assert reply.json["error"]["details"] == {"field": "more", "problem": "unknown"}
    assert reply.json["error"]["message"] == "Неверный запрос: more: такого поля нет"


async def test_a_template_has_20_mebibytes_at_most(site: Site, admin: Admin) -> None:
    largest = PNG + bytes(MAX_SIZE_LIMIT - len(PNG))
    assert (await admin.send(f"{TEMPLATES}/register", [picture(largest)])).status == 201
    reply = await admin.send(f"{TEMPLATES}/register", [picture(largest + b"!")])
    assert (reply.status, reply.code) == (413, "payload_too_large")
    assert len(site.world.media_rows.media) == 1


async def test_too_much_is_refused_before_it_is_read(admin: Admin) -> None:
    async with line_to(admin.port) as line:
        head = [
            f"POST {TEMPLATES}/register HTTP/1.1",
            "host: admin.test",
            f"authorization: Bearer {admin.token}",
            f"content-type: {FORM}",
            f"content-length: {30 * MEGABYTE}",
        ]
        await line.send("\r\n".join(head).encode() + b"\r\n\r\n")
        assert (await line.reply()).status == 413


async def test_who_expects_to_be_told_to_go_on_is_told(admin: Admin) -> None:
    reply = await admin.send(f"{TEMPLATES}/register", [picture()], extra=["expect: 100-continue"])
    assert reply.status == 201


@pytest.mark.parametrize(
    "kind, extra, status",
    [
        ("application/json", [], 400),
        ("multipart/form-data", [], 400),
        ("multipart/mixed; boundary=x", [], 400),
        (FORM, ["content-encoding: gzip"], 415),
    ],
)
async def test_only_forms_are_taken(admin: Admin, kind: str, extra: list[str], status: int) -> None:
    body = form([picture()])
    reply = await admin.ask("POST", f"{TEMPLATES}/register", body, kind=kind, extra=extra)
    assert reply.status == status


async def test_the_list_tells_where_templates_are_used(site: Site, admin: Admin) -> None:
    first = await registered(admin)
    site.world.clock.stepped += timedelta(seconds=1)
    second = await registered(admin, PNG + b"2")
    await bind(admin, "slot-001", first, second, first)
    await bind(admin, "slot-002", first)

    told = (await admin.ask("GET", TEMPLATES)).json
    assert told["next_before"] is None
    assert [one["template_media_id"] for one in told["templates"]] == [second, first]
    use = {"slot_id": "slot-001", "media_kind": "style"}
    assert told["templates"][0]["used_by"] == [use]
    assert told["templates"][1]["used_by"] == [use, use, use | {"slot_id": "slot-002"}]
    assert told["templates"][0].keys() == {
        "template_media_id",
        "media_type",
        "size",
        "sha256",
        "created_at",
        "used_by",
    }


async def test_the_list_comes_in_pages(site: Site, admin: Admin) -> None:
    made = []
    for number in range(5):
        made.append(await registered(admin, PNG + b"%d" % number))
        site.world.clock.stepped += timedelta(seconds=number % 2)

    seen, place = [], ""
    while True:
        page = (await admin.ask("GET", f"{TEMPLATES}?limit=2{place}")).json
        seen += [one["template_media_id"] for one in page["templates"]]
        if page["next_before"] is None:
            break
        place = f"&before={page['next_before']}"
    assert seen == made[::-1]


@pytest.mark.parametrize("query", ["limit=-1", "limit=101", "before=x", "before=%00", "before=.."])
async def test_a_page_that_cannot_be_is_refused(admin: Admin, query: str) -> None:
    reply = await admin.ask("GET", f"{TEMPLATES}?{query}")
    assert (reply.status, reply.code) == (422, "validation_failed")
    [error] = reply.json["error"]["details"]["errors"]
    assert query.startswith(f"{error['field']}=")


async def test_a_template_is_shown_small_and_once(site: Site, admin: Admin) -> None:
    path = f"{TEMPLATES}/{await registered(admin)}/preview"
    reply = await admin.ask("GET", path)

    assert (reply.status, reply.headers["content-type"]) == (200, "image/webp")
    assert reply.body.startswith(b"RIFF")
    assert reply.headers["cache-control"] == "private, max-age=86400, immutable"
    assert reply.headers["content-security-policy"].startswith("sandbox")
    known = await admin.ask("GET", path, extra=[f"if-none-match: {reply.headers['etag']}"])
    assert (known.status, known.body) == (304, b"")
    assert site.world.media.handles == 0


@pytest.mark.parametrize("media_id", ["0" * 32, "x", "..%2F..", "%00", "A" * 32])
async def test_there_are_no_other_templates(admin: Admin, media_id: str) -> None:
    for verb, path in (("GET", "/preview"), ("DELETE", "")):
        reply = await admin.ask(verb, f"{TEMPLATES}/{media_id}{path}")
        assert (reply.status, reply.code) == (404, "not_found")


async def test_other_media_objects_are_no_templates(admin: Admin) -> None:
    upload = (await admin.send("/api/media/register", [picture()])).json["media_object_id"]
    for verb, path in (("GET", "/preview"), ("DELETE", "")):
        assert (await admin.ask(verb, f"{TEMPLATES}/{upload}{path}")).status == 404


async def test_a_template_that_nobody_uses_is_deleted(site: Site, admin: Admin) -> None:
    media_id = await registered(admin)
    reply = await admin.ask("DELETE", f"{TEMPLATES}/{media_id}")

    assert (reply.status, reply.json) == (200, {"template_media_id": media_id, "slot": None})
    assert (await admin.ask("GET", TEMPLATES)).json["templates"] == []
    assert (await admin.ask("GET", f"{TEMPLATES}/{media_id}/preview")).code == "media_expired"
    assert (await admin.ask("DELETE", f"{TEMPLATES}/{media_id}")).code == "media_expired"
    assert site.world.audit.entries[-1].action is AuditAction.TEMPLATE_DELETED
    assert await registered(admin) != media_id


async def test_a_template_in_use_is_not_deleted(site: Site, admin: Admin) -> None:
    media_id = await registered(admin)
    await bind(admin, "slot-001", media_id)
    await bind(admin, "slot-002", media_id)
    before = await site.world.slots.all()

    for query, users in (("", ["slot-001", "slot-002"]), ("?slot_id=slot-001", ["slot-002"])):
        reply = await admin.ask("DELETE", f"{TEMPLATES}/{media_id}{query}")
        assert (reply.status, reply.code) == (409, "in_use")
        assert reply.json["error"]["details"] == {"slots": users}
    assert await site.world.slots.all() == before


async def test_a_template_is_taken_from_the_slot_that_is_named(site: Site, admin: Admin) -> None:
    media_id, other = await registered(admin), await registered(admin, PNG + b"2")
    await bind(admin, "slot-001", media_id, other, media_id)
    reply = await admin.ask("DELETE", f"{TEMPLATES}/{media_id}?slot_id=slot-001")

    assert reply.json["slot"] == {"slot_id": "slot-001", "version": 3}
    left = (await admin.ask("GET", "/api/slots/slot-001")).json["template_media"]
    assert [one["media_object_id"] for one in left] == [other]
    assert [entry.action for entry in site.world.audit.entries[-2:]] == [
        AuditAction.SLOT_CHANGED,
        AuditAction.TEMPLATE_DELETED,
    ]


@pytest.mark.parametrize("slot", ["slot-099", "..%2Fslot-001", ""])
async def test_there_are_no_other_slots_to_take_it_from(admin: Admin, slot: str) -> None:
    media_id = await registered(admin)
    reply = await admin.ask("DELETE", f"{TEMPLATES}/{media_id}?slot_id={slot}")
    assert (reply.status, reply.code) == (404, "slot_not_found")
    assert len((await admin.ask("GET", TEMPLATES)).json["templates"]) == 1


async def test_a_picture_is_taken_in_for_an_hour(site: Site, admin: Admin) -> None:
    reply = await admin.send("/api/media/register", [picture()])

    assert reply.status == 201
    told = reply.json
    assert told.pop("created_at") < told.pop("expires_at")
    assert told == {
        "media_object_id": "0" * 31 + "1",
        "media_type": "image/png",
        "size": len(PNG),
        "sha256": sha256(PNG).hexdigest(),
    }
    [kept] = site.world.media_rows.media.values()
    assert kept.expires_at == kept.created_at + timedelta(hours=1)
    assert (await admin.send("/api/media/register", [picture(b"GIF89a as it were")])).status == 415


@pytest.mark.parametrize("verb", ["DELETE", "OPTIONS"])
async def test_where_templates_are_registered_there_is_none(admin: Admin, verb: str) -> None:
    reply = await admin.ask(verb, f"{TEMPLATES}/register")

    assert (reply.status, reply.headers["allow"]) == (405, "POST")
