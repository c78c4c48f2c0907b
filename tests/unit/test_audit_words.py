"""Every deed on record reads as a sentence, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_core.domain.account import Actor
from photochanger_core.domain.audit import AuditAction, AuditEntry
from photochanger_web.locale import LANGUAGES
from photochanger_web.pages.audit_words import ICONS, KINDS, facts_of, kind_of, sentence_of
from tests.contract.samples import NOON

WEB: Final = AuditAction
TOLD: Final[list[tuple[AuditAction, str, dict[str, Any], str]]] = [
    (WEB.LOGGED_IN, "serg", {}, "Вход выполнен: «serg»."),
    (WEB.LOGIN_FAILED, "slot-001", {}, "Отказано во входе: «slot-001»."),
    (WEB.ACCOUNT_CHANGED, "igor", {"created": True}, "Создана учётная запись «igor»."),
    (WEB.ACCOUNT_CHANGED, "igor", {"failures_forgotten": 3}, "Снята блокировка входа: «igor»."),
    (
        *(WEB.ACCOUNT_CHANGED, "igor", {"password": "changed"}),
        "Изменён пароль учётной записи «igor».",
    ),
    (WEB.SLOT_CHANGED, "slot-001", {"changes": {}}, "Изменён слот «Портрет»."),
    (
        *(WEB.SLOT_CHANGED, "slot-002", {"copied_from": "slot-001", "changes": {}}),
        "В слот «slot-002» скопированы настройки слота «Портрет».",
    ),
    (WEB.SLOT_ROLLED_BACK, "slot-001", {"to_version": 3}, "Слот «Портрет» возвращён к версии 3."),
    (
        *(WEB.PROVIDER_KEY_CHANGED, "gemini", {"changes": {"key": "removed"}}),
        "Удалён ключ провайдера Gemini.",
    ),
    (
        *(WEB.PROVIDER_KEY_CHANGED, "gemini", {"changes": {"key": "changed"}}),
        "Изменён ключ провайдера Gemini.",
    ),
    (WEB.JOB_CANCELLED, "a-job", {"slot_id": "slot-001"}, "Отменено задание слота «Портрет»."),
    (WEB.CLEANED_UP, "media", {}, "Удалены устаревшие результаты всех слотов."),
    (WEB.CLEANED_UP, "slot-001", {}, "Удалены устаревшие результаты слота «Портрет»."),
]


def entry(action: AuditAction, subject: str = "slot-001", **details: object) -> AuditEntry:
    actor = Actor(name="serg", address="192.0.2.7")
    return AuditEntry(at=NOON, actor=actor, action=action, subject=subject, details=details)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", AuditAction)
def test_every_action_reads_as_a_sentence(action: AuditAction, language: str) -> None:
    sentence = sentence_of(entry(action), language, {})

    assert re.fullmatch(r"[A-ZА-Я“«].* .*\.", sentence)
    assert "_" not in sentence
    assert ICONS[action]


def test_every_kind_is_told_of_some_entry() -> None:
    told = {kind_of(entry(action, subject, **details)) for action, subject, details, _ in TOLD}

    assert set(KINDS) - told - set(AuditAction) == {"slot_imported"}
    assert kind_of(entry(AuditAction.SLOT_CHANGED, imported=True)) == "slot_imported"


@pytest.mark.parametrize("action, subject, details, sentence", TOLD)
def test_what_was_done_is_said(
    action: AuditAction, subject: str, details: dict[str, Any], sentence: str
) -> None:
    told = entry(action, subject, **details)

    assert sentence_of(told, "ru", {"slot-001": "Портрет"}) == sentence


def test_what_else_is_known_is_named() -> None:
    told = entry(
        AuditAction.CLEANED_UP,
        "media",
        removed={"results": 3},
        bytes_freed=12,
        failed=0,
        new_one=["a", 1],
    )

    assert facts_of(told, "en", UTC) == [
        "removed: results 3",
        "bytes freed: 12",
        "could not be removed: 0",
        "new_one: a, 1",
    ]
    assert facts_of(entry(AuditAction.SLOT_CHANGED, changes={}, copied_from="x"), "ru", UTC) == []


def test_until_when_something_works_is_told_on_the_clock_of_whoever_looks() -> None:
    until = "2026-11-21T14:24:05.827733+00:00"
    told = entry(AuditAction.GALLERY_SHARED, "gallery", expires_at=until)

    assert facts_of(told, "ru", timezone(timedelta(hours=3))) == ["действует до: 21.11 17:24 UTC+3"]


@given(st.sampled_from(AuditAction), st.text(), st.dictionaries(st.text(), st.text()))
def test_whatever_is_on_record_can_be_told(
    action: AuditAction, subject: str, details: dict[str, str]
) -> None:
    told = AuditEntry(
        at=NOON, actor=Actor(name="x"), action=action, subject=subject, details=details
    )

    assert sentence_of(told, "en", {})
    facts_of(told, "ru", UTC)
