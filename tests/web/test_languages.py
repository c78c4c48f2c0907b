"""What is wrong is told in the language of whoever has sent it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from photochanger_core.domain.problems import MOST_TOLD
from tests.settings_schemas import CYRILLIC

from .admin import Admin, admin_of
from .running_site import Site

SLOT: Final = "/api/slots/slot-001"
SECRET: Final = "s3cret"


@pytest.fixture
async def admin(site: Site) -> Admin:
    return await admin_of(site)


async def errors(admin: Admin, verb: str, path: str, body: object, language: str | None) -> Any:
    extra = [f"accept-language: {language}"] if language else []
    reply = await admin.ask(verb, path, body, extra=extra)
    assert reply.status == 422
    return reply.json["error"]["details"]["errors"]


@pytest.mark.parametrize(
    "language, problem",
    [
        ("en-GB", "must be from 1 to 6"),
        ("ru", "должно быть от 1 до 6"),
        ("de, en;q=0.5", "must be from 1 to 6"),
        (None, "должно быть от 1 до 6"),
    ],
)
async def test_what_is_wrong_with_a_field_is_told_by_language_and_by_code(
    admin: Admin, language: str | None, problem: str
) -> None:
    assert await errors(admin, "PUT", SLOT, {"retry": {"error_tries": 99}}, language) == [
        {
            "field": "retry.error_tries",
            "problem": problem,
            "code": "number_out_of_range",
            "params": {"least": 1, "most": 6},
        }
    ]


@pytest.mark.parametrize(
    "verb, path, body, code",
    [
        ("PUT", "/api/settings", {"hash_policy": SECRET}, "not_one_of"),
        ("PUT", "/api/settings", {"ingest_password": f"{SECRET}\U0001f4a5" * 500}, None),
        ("PUT", "/api/settings", {"provider_keys": {"gemini": f"{SECRET} {SECRET}"}}, None),
        ("PUT", "/api/settings", {"provider_keys": {SECRET * 5: "x"}}, "unknown"),
        ("PUT", "/api/settings", {"provider_keys": SECRET}, "not_object"),
        ("PUT", SLOT, {"settings": {"prompt": SECRET, "invalid": SECRET}}, "not_allowed"),
        ("PUT", SLOT, {"output_width": 100}, "set_together"),
        ("PUT", SLOT, {"provider": SECRET}, "not_one_of"),
        ("PUT", SLOT, {"display_name": SECRET * 30_000}, "text_length_out_of_range"),
        ("PUT", SLOT, {"x" * 200_000: SECRET}, "unknown"),
        ("PUT", SLOT, {"version": SECRET}, "not_whole_number"),
        ("POST", f"{SLOT}/rollback", {"version": 99}, "no_such_version"),
        ("POST", f"{SLOT}/rollback", {"version": SECRET}, "not_whole_number"),
        ("POST", f"{SLOT}/rollback", {}, "missing"),
        ("POST", f"{SLOT}/rollback", {"version": 1, "more": 1}, "unknown"),
        ("POST", "/api/login", {"username": "serg", "password": [SECRET]}, "not_text"),
        ("GET", "/api/jobs?before=5", None, "not_a_page"),
        ("GET", "/api/jobs?slot_id=slot-099", None, "not_a_slot"),
        ("GET", "/api/template-media?before=5", None, "not_a_page"),
        ("GET", "/api/audit?limit=all", None, "not_whole_number"),
        ("GET", f"/api/audit?limit={'9' * 50}", None, "number_out_of_range"),
        ("GET", "/api/stats/overview?window_minutes=4", None, "number_out_of_range"),
    ],
)
async def test_nothing_is_told_in_english_to_whoever_reads_russian(
    admin: Admin, verb: str, path: str, body: object, code: str | None
) -> None:
    [russian] = await errors(admin, verb, path, body, "ru")
    [english] = await errors(admin, verb, path, body, "en")

    assert code in (None, russian["code"])
    assert CYRILLIC.search(russian["problem"])
    assert not CYRILLIC.search(english["problem"])
    assert english == russian | {"problem": english["problem"]}
    assert SECRET not in str(russian) + str(english)
    assert len(str(russian)) < 1000


async def test_an_answer_stays_short_however_much_is_wrong(admin: Admin) -> None:
    body = {f"field_{number}": 1 for number in range(10_000)}

    assert len(await errors(admin, "PUT", SLOT, body, "ru")) == MOST_TOLD


async def test_a_broken_body_is_told_in_both_languages(admin: Admin) -> None:
    for language, told in [
        ("en", "Invalid request: body: malformed"),
        ("ru", "Неверный запрос: body: неверный формат"),
    ]:
        reply = await admin.ask("PUT", SLOT, b"{", extra=[f"accept-language: {language}"])
        assert (reply.status, reply.json["error"]["message"]) == (400, told)
        assert reply.json["error"]["details"] == {"field": "body", "problem": "malformed"}
