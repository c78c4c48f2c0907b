"""What the server really answers is what its contract says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from photochanger_core.domain.account import Actor, Scope
from photochanger_core.domain.errors import (
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderQuota,
    ProviderRefused,
    ProviderServerError,
    ProviderUnreachable,
    QueueUnavailable,
    StorageFull,
    SyncTimeout,
)
from photochanger_web.keys import DRAINING
from photochanger_web.static_files import VERSION
from tests.contract_document import PATH, operation, operations, problems, resolved
from tests.logins import PASSWORD, give_account

from .admin import Admin, admin, stranger
from .booth import PASSWORD_PART, PHOTO, Reply, captured, file, get, post, text
from .running_site import Site
from .test_reply import parts_of
from .test_stats import happened

INGEST: Final = "/ingest/{slot_id}"
PNG: Final = b"\x89PNG\r\n\x1a\nwaves"
TEMPLATE: Final = "0" * 31 + "1"
PROVIDER_MEDIA: Final = "/public/provider-media/{media_id}"
ALL: Final = [(method, path) for method, path, _ in operations()]
READS: Final = [path for method, path in ALL if method == "GET"]
FOR_ADMINISTRATORS: Final = [
    (method, path) for method, path, one in operations() if one.get("security") != []
]
NOBODYS: Final = {"slot_id": "slot-016", "other": "slot-016", "name": "dalle"}

BODIES: Final[Mapping[str, object]] = {
    "/api/login": {"username": "serg", "password": "wrong"},
    "/api/slots/{slot_id}": {"display_name": "Slot 1 (Gemini)"},
    "/api/slots/{slot_id}/rollback": {"version": 1},
    "/api/settings": {"gallery_limit": 12},
}
FORMS: Final = {
    "/api/slots/{slot_id}/test-run": [file(name="test_image")],
    "/api/template-media/register": [file(PNG, name="file", declared="image/png")],
    "/api/media/register": [file(name="file")],
}


def _asked(one: Any) -> Any:
    """Return what bodies an operation takes, by their type."""
    return one.get("requestBody", {}).get("content", {})


def _names(one: Any) -> set[str]:
    return {parameter["name"] for parameter in one["parameters"]}


def _form_of(path: str) -> Any:
    return _asked(operation("POST", path))["multipart/form-data"]["schema"]["properties"]


def _numbers() -> Iterator[tuple[str, str]]:
    """Yield paths with what they take as numbers behind the question mark."""
    for method, path, one in operations():
        for parameter in one["parameters"]:
            if method == "GET" and "maximum" in parameter["schema"]:
                yield path, parameter["name"]


def fits(reply: Reply, method: str, path: str) -> Reply:
    """Check that the contract knows *reply*, to the last field; return it."""
    where = f"{method} {path} -> {reply.status}"
    responses = operation(method, path)["responses"]
    assert str(reply.status) in responses, where
    described = resolved(responses[str(reply.status)])
    for name, header in described["headers"].items():
        _header_fits(resolved(header), reply.headers.get(name.lower()), f"{where}: {name}")
    _body_fits(described.get("content"), reply, where)
    return reply


def _header_fits(described: Any, value: str | None, where: str) -> None:
    if value is None:
        assert not described.get("required"), where
        return
    is_number = described["schema"].get("type") == "integer"
    assert not problems(described["schema"], int(value) if is_number else value), where


def _body_fits(content: Any, reply: Reply, where: str) -> None:
    if content is None:
        assert reply.body == b"", where
        return
    media_type = reply.headers["content-type"].partition(";")[0]
    assert media_type in content, where
    if media_type == "application/json":
        assert not (found := problems(content[media_type]["schema"], reply.json)), (where, found)
    if media_type == "multipart/mixed":
        description = {**content[media_type]["schema"]}
        [(_, told), _] = parts_of(reply)
        assert not problems(description, [json.loads(told), None]), where


def filled(path: str, **names: str) -> str:
    """Return *path* with names of what there is in the site, or *names* instead."""
    job_id = "00000000-0000-4000-8000-00000000000a"
    known = {"slot_id": "slot-001", "other": "slot-002", "job_id": job_id, "media_id": TEMPLATE}
    known |= {"name": "gemini", "file": "pages.css", "token": "gallery-key", "version": VERSION}
    return path.format(**known | names)


async def ask(who: Admin, method: str, path: str, at: str | None = None, *extra: str) -> Reply:
    """Send a good request to *path*, if there is something to send, and check the answer."""
    target = at or filled(path)
    if path in FORMS:
        reply = await who.send(target, FORMS[path], extra=extra)
    elif "ingest" in path:
        reply = await who.send(target, captured(), extra=extra)
    else:
        body = BODIES.get(path) if method in ("PUT", "POST") else None
        reply = await who.ask(method, target, body, extra=extra)
    return fits(reply, method, path)


@pytest.fixture
async def serg(site: Site) -> Admin:
    """An administrator of a site in which something of everything is there."""
    for _ in range(9):
        site.world.new_job_id()  # these are the jobs of `happened`
    who = await admin(site)
    await ask(who, "POST", "/api/template-media/register")
    await ask(who, "POST", "/api/media/register")
    await ask(who, "POST", "/api/gallery/share")
    change = {
        "template_media": [{"media_kind": "style", "media_object_id": TEMPLATE}],
        "fallback": {"provider": "gemini", "operation": "image_edit", "settings": {"prompt": "a"}},
        "retry": {"error_tries": 1},
        "gallery": "open",
        "ingest_password": "geheim",
    }
    await who.put("/api/slots/slot-001", change)
    await who.put("/api/slots/slot-001", {"ingest_password": None})
    await who.put("/api/settings", {"hash_policy": "warn", "provider_keys": {"gemini": "AIza"}})
    await ask(who, "POST", INGEST)
    await happened(site)
    return who


@pytest.mark.parametrize("path", READS)
async def test_whatever_there_is_to_read_is_as_described(serg: Admin, path: str) -> None:
    reply = await ask(serg, "GET", path)

    assert reply.status == (404 if path == PROVIDER_MEDIA else 200)


@pytest.mark.parametrize("path", READS)
async def test_so_is_what_is_told_of_an_empty_site(site: Site, path: str) -> None:
    reply = await ask(await admin(site), "GET", path)

    assert reply.status in (200, 404)


@pytest.mark.parametrize("method, path", [one for one in ALL if one[0] != "GET"])
async def test_whatever_there_is_to_do_is_as_described(serg: Admin, method: str, path: str) -> None:
    reply = await ask(serg, method, path)

    refused = {"/api/login": 401, "/api/template-media/{media_id}": 409}
    assert reply.status in ([refused[path]] if path in refused else [200, 201, 204])


async def test_a_token_is_as_described(site: Site) -> None:
    await give_account(site.world, "igor")
    body = {"username": "igor", "password": PASSWORD}
    reply = await stranger(site).ask("POST", "/api/login", body)

    assert fits(reply, "POST", "/api/login").status == 200


async def test_a_template_is_taken_from_its_slot_and_deleted(serg: Admin) -> None:
    path = "/api/template-media/{media_id}"
    reply = await ask(serg, "DELETE", path, f"{filled(path)}?slot_id=slot-001")
    assert reply.json["slot"]["slot_id"] == "slot-001"
    assert (await ask(serg, "DELETE", path)).code == "media_expired"
    assert (await ask(serg, "GET", f"{path}/preview")).code == "media_expired"


@pytest.mark.parametrize("accept", ["application/json", "multipart/mixed", "image/jpeg"])
async def test_a_trial_is_as_described(serg: Admin, accept: str) -> None:
    reply = await ask(serg, "POST", "/api/slots/{slot_id}/test-run", None, f"accept: {accept}")

    assert reply.headers["content-type"].partition(";")[0] == accept


@pytest.mark.parametrize("gone", ["deleted", "expired"])
async def test_what_is_not_there_any_more_is_as_described(
    site: Site, serg: Admin, gone: str
) -> None:
    if gone == "deleted":
        assert (await ask(serg, "DELETE", "/api/results/{job_id}")).status == 200
    else:
        site.world.clock.stepped += timedelta(days=8)
        serg = await admin(site)
    for method, path in [
        ("GET", "/public/results/{job_id}"),
        ("GET", "/public/results/{job_id}/preview"),
        ("GET", "/public/gallery/{token}"),
        ("DELETE", "/api/results/{job_id}"),
    ]:
        assert (await ask(serg, method, path)).status in (200, 410)


async def test_the_sample_of_a_change_is_taken_as_it_is(serg: Admin) -> None:
    path = "/api/slots/{slot_id}"
    body = operation("PUT", path)["requestBody"]["content"]["application/json"]["example"]
    media = [{"media_kind": "background", "media_object_id": TEMPLATE}]
    reply = await serg.put(filled(path), {**body, "template_media": media})

    assert fits(reply, "PUT", path).status == 200


@pytest.mark.parametrize("method, path", FOR_ADMINISTRATORS)
async def test_who_gets_in_is_as_described(site: Site, method: str, path: str) -> None:
    [needed] = operation(method, path).get("security", [{"bearer": []}])
    scopes = {Scope(scope) for scope in needed["bearer"]}

    assert (await ask(stranger(site), method, path)).code == "unauthorized"
    others = await ask(await admin(site, set(Scope) - scopes), method, path)
    assert others.status == 403 if scopes else others.status < 300
    theirs = await ask(await admin(site, scopes), method, path)
    assert theirs.status not in (401, 403) or path == "/api/logout"


@pytest.mark.parametrize("method, path", ALL)
async def test_what_is_not_there_is_as_described(site: Site, method: str, path: str) -> None:
    serg = await admin(site)
    for parameter in operation(method, path)["parameters"]:
        name = parameter["name"]
        if parameter["in"] == "path" and name != "version":  # files of another one are handed out
            at = filled(path, **{name: NOBODYS.get(name, "x")})
            assert (await ask(serg, method, path, at)).status == 404


@pytest.mark.parametrize("method, path", ALL)
async def test_who_asks_too_fast_is_told_as_described(site: Site, method: str, path: str) -> None:
    serg = await admin(site)
    await site.use_cases.configure_settings(
        {"request_rate": 1, "request_burst": 1}, by=Actor(name="test")
    )
    replies = await asyncio.gather(*(ask(serg, method, path) for _ in range(4)))

    limited = [reply.code for reply in replies if reply.status == HTTPStatus.TOO_MANY_REQUESTS]
    assert ("rate_limited" in limited) == ("429" in operation(method, path)["responses"])


@pytest.mark.parametrize(
    "method, path", [(m, p) for m, p, one in operations() if "application/json" in _asked(one)]
)
async def test_bodies_that_are_none_are_told_as_described(
    serg: Admin, method: str, path: str
) -> None:
    answers = {
        415: await serg.ask(method, filled(path), b"{}", kind="text/plain"),
        400: await serg.ask(method, filled(path), b"[]"),
        422: await serg.ask(method, filled(path), {"nonsense": 1}),
        413: await serg.ask(method, filled(path), b" " * 300_000),
    }
    for status, reply in answers.items():
        assert fits(reply, method, path).status == status


@pytest.mark.parametrize("path", FORMS)
async def test_forms_that_are_none_are_told_as_described(serg: Admin, path: str) -> None:
    name = next(iter(_form_of(path)))
    for status, reply in {
        400: await serg.send(filled(path), [text("nonsense", b"x")]),
        415: await serg.send(filled(path), [file(b"GIF89a, a lot of it", name=name)]),
        413: await serg.send(filled(path), [file(PHOTO + b"x" * 22_000_000, name=name)]),
    }.items():
        assert fits(reply, "POST", path).status == status


@pytest.mark.parametrize(
    "method, path", [(m, p) for m, p, one in operations() if "If-Match" in _names(one)]
)
async def test_a_stale_version_is_told_as_described(serg: Admin, method: str, path: str) -> None:
    reply = await ask(serg, method, path, None, 'if-match: "99"')

    assert reply.code == "version_conflict"


@pytest.mark.parametrize(
    "path", [p for _, p, one in operations() if "If-None-Match" in _names(one)]
)
async def test_what_is_known_is_not_sent_again_as_described(serg: Admin, path: str) -> None:
    # Figures of that long change by the hour, those of an hour every minute.
    at = filled(path) + ("?window_minutes=4320" if "/stats/" in path else "")
    tag = (await ask(serg, "GET", path, at)).headers["etag"]

    assert (await ask(serg, "GET", path, at, f"if-none-match: {tag}")).status == 304


@pytest.mark.parametrize("path, name", list(_numbers()))
async def test_numbers_may_be_what_is_described(serg: Admin, path: str, name: str) -> None:
    schema = next(one for one in operation("GET", path)["parameters"] if one["name"] == name)
    least, most = schema["schema"]["minimum"], schema["schema"]["maximum"]
    for value in (least, most):
        assert (await ask(serg, "GET", path, f"{filled(path)}?{name}={value}")).status == 200
    for value in (least - 1, most + 1, "x"):
        reply = await ask(serg, "GET", path, f"{filled(path)}?{name}={value}")
        assert reply.status in (400, 422)


@pytest.mark.parametrize("path", [path for method, path in ALL if "ingest" in path])
async def test_a_booth_is_answered_as_described(site: Site, path: str) -> None:
    alone = await post(site.port, captured(), path=filled(path))
    both = await post(site.port, captured(), path=filled(path), extra=["accept: multipart/mixed"])

    assert [fits(reply, "POST", path).status for reply in (alone, both)] == [200, 200]
    assert both.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    "error",
    [
        *(ProviderServerError(), ProviderQuota(), ProviderUnreachable(), QueueUnavailable()),
        *(ProviderBadResponse(), ProviderRefused(), ProviderMisconfigured(), StorageFull()),
        *(SyncTimeout(), RuntimeError("a bug")),
    ],
    ids=repr,
)
@pytest.mark.parametrize("on_failure", ["error", "original"])
@pytest.mark.parametrize("path", [INGEST, "/api/slots/{slot_id}/test-run"])
async def test_a_photo_that_fails_is_told_as_described(
    site: Site, path: str, error: Exception, on_failure: str
) -> None:
    await site.world.set_slot(on_failure=on_failure, retry={"error_tries": 1})
    site.world.provider.error = error

    with capture_logs():  # to show a bug with all that is around it takes long
        reply = await ask(await admin(site), "POST", path)

    assert reply.status >= 500 or "x-photochanger-degraded" in reply.headers


async def test_photos_that_are_refused_are_told_as_described(site: Site) -> None:
    key, path = "idempotency-key: a", filled(INGEST)
    assert (await post(site.port, captured(), extra=[key])).status == 200
    gif = [PASSWORD_PART, file(b"GIF89a, a lot of it")]
    for status, reply in {
        400: await post(site.port, [PASSWORD_PART]),
        401: await post(site.port, [text("password", b"wrong"), file()]),
        415: await post(site.port, gif),
        413: await post(site.port, [PASSWORD_PART, file(PHOTO + b"x" * 16_000_000)]),
        417: await post(site.port, captured(), extra=["expect: 200-ok"]),
        422: await post(site.port, [PASSWORD_PART, file(PHOTO + b"x")], extra=[key]),
    }.items():
        assert fits(reply, "POST", INGEST).status == status
    await site.world.set_slot(is_active=False)
    assert fits(await post(site.port, captured(), path=path), "POST", INGEST).status == 404


@pytest.mark.parametrize("span, status", [("0-9", 206), ("99999-", 416)])
async def test_parts_of_pictures_are_as_described(serg: Admin, span: str, status: int) -> None:
    reply = await ask(serg, "GET", "/public/results/{job_id}", None, f"range: bytes={span}")

    assert reply.status == status


async def test_a_server_that_fails_says_so_as_described(site: Site) -> None:
    site.world.parts["media"].error = StorageFull()
    failed = fits(await get(site.port, "/healthz"), "GET", "/healthz")

    assert (failed.status, failed.json["status"]) == (503, "failed")


async def test_a_provider_that_is_not_well_is_told_as_described(site: Site) -> None:
    site.world.provider.ping_error = ProviderMisconfigured("bad key")
    degraded = fits(await get(site.port, "/healthz"), "GET", "/healthz")
    checked = await ask(await admin(site), "POST", "/api/providers/{name}/test")

    assert degraded.status == 200
    assert (degraded.json["status"], checked.json["status"]) == ("degraded", "failed")


async def test_a_server_that_leaves_says_so_as_described(site: Site) -> None:
    await site.app[DRAINING].drain()
    leaving = fits(await get(site.port, "/healthz"), "GET", "/healthz")

    assert (leaving.status, leaving.json["stage"]) == (503, "leaving")


async def test_without_settings_everybody_is_told_as_described(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    serg = await admin(site)

    async def away(_: object) -> None:
        raise QueueUnavailable

    monkeypatch.setattr(type(site.world.settings), "read", away)
    staying = [one for one in ALL if one[1] != "/api/logout"]
    told = {path: (await ask(serg, method, path)).status for method, path in staying}

    assert told[INGEST] == told["/api/settings"] == told["/public/slots/{slot_id}"] == 503


async def test_the_contract_is_handed_out(site: Site) -> None:
    reply = await get(site.port, "/api/openapi.yaml")

    assert (reply.status, reply.body) == (200, PATH.read_bytes())
    assert reply.headers["content-type"] == "application/yaml"
    assert reply.headers["etag"] == f'"{sha256(reply.body).hexdigest()}"'
