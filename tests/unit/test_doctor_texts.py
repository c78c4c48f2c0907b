from __future__ import annotations

import json
import re
from string import Formatter

import pytest

from photochanger_cli.checkup.report import document, lines
from photochanger_cli.checkup.signs import LocalSign
from photochanger_cli.checkup.texts import TEXTS, told
from photochanger_cli.language import Language
from photochanger_core.domain.checkup import Level, Sign, failure, warning, well
from photochanger_core.domain.errors import ValidationFailed
from photochanger_core.domain.problems import FieldProblem, Problem

SIGNS = {*Sign, *LocalSign}


def names(texts: list[str]) -> set[str]:
    parsed = (Formatter().parse(text) for text in texts)
    return {name for text in parsed for _, name, _, _ in text if name}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_sign_has_a_text(language: str) -> None:
    assert TEXTS[language].keys() == SIGNS  # type: ignore[index]


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_both_languages_tell_the_same(sign: str) -> None:
    english, russian = list(TEXTS["en"][sign]), list(TEXTS["ru"][sign])
    assert len(english) == len(russian) <= 2
    assert names(english) == names(russian)


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_what_is_wrong_has_a_remedy_and_what_is_well_needs_none(sign: str) -> None:
    is_well = re.search("_(ok|kept|unset|unknown)$", sign) and sign not in (
        *(Sign.BUG, LocalSign.VARIABLE_UNKNOWN, LocalSign.TIME_NOT_KEPT),
    )
    assert len(TEXTS["en"][sign]) == (1 if is_well else 2)


def test_a_finding_is_a_line_whatever_it_quotes() -> None:
    quoted = "a\nb\x1b[31m\r\tc" + "x" * 1000
    finding = failure("database", Sign.DATABASE_AWAY, why=quoted)
    told_lines = lines([finding, well("media", Sign.MEDIA_OK)], "en")
    assert told_lines[0].startswith("fail  database  does not answer: a b [31m cxxx")
    assert told_lines[1:] == ["ok    media     pictures can be stored", "ok: 1, warn: 0, fail: 1"]
    assert len(told_lines[0]) < 450
    assert told_lines[0].isprintable()


def test_what_braces_a_value_holds_they_are_only_quoted() -> None:
    finding = failure("database", Sign.DATABASE_AWAY, why="{about} {0} {")
    assert told(finding, "en").meaning == "does not answer: {about} {0} {"


@pytest.mark.parametrize(
    "language, wanted",
    [("en", "66.5 GiB free, 4 GiB"), ("ru", "свободно 66,5 ГиБ, за 72 ч понадобится ещё 4 ГиБ")],
)
def test_numbers_are_written_as_people_write_them(language: Language, wanted: str) -> None:
    finding = well("room", Sign.ROOM_OK, free=66.4999, needed=4.0, hours=72)
    assert told(finding, language).meaning.startswith(wanted)


def test_scripts_are_told_numbers_and_texts() -> None:
    why = ValidationFailed([FieldProblem("settings.x", Problem.UNKNOWN)])
    findings = [
        warning("room", Sign.ROOM_SHORT, free=66.4999, needed=70.0, hours=72, per_hour=1.0),
        failure("slot-001", Sign.SLOT_WRONG, why=why),
    ]
    room, slot = json.loads(document(findings, "en"))["checks"]
    assert room["values"] == {"free": 66.4999, "needed": 70.0, "hours": 72, "per_hour": 1.0}
    assert slot["values"]["why"] in slot["message"]


def test_scripts_are_told_the_same() -> None:
    findings = [
        well("media", Sign.MEDIA_OK),
        warning("slot-001", Sign.SLOT_NO_FALLBACK),
    ]
    assert json.loads(document(findings, "ru")) == {
        "status": Level.WARN,
        "checks": [
            {
                "level": "ok",
                "about": "media",
                "code": "media_ok",
                "message": "изображения сохраняются",
                "remedy": None,
                "values": {},
            },
            {
                "level": "warn",
                "about": "slot-001",
                "code": "slot_no_fallback",
                "message": TEXTS["ru"]["slot_no_fallback"][0],
                "remedy": "photochanger slots set slot-001 fallback='{\"provider\":…}' "
                "или on_failure=original",
                "values": {},
            },
        ],
    }
