"""Pages say everything in both languages, and nothing that nobody asks for."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Final

import pytest

import photochanger_web
from photochanger_core.domain.job import JobSource, JobStatus
from photochanger_core.domain.media import MediaKind
from photochanger_core.domain.settings import HashPolicy
from photochanger_core.domain.standing import Standing
from photochanger_core.domain.stats import TOKEN_COUNTS, Outcome
from photochanger_core.use_cases.timing import Phase
from photochanger_web.locale import LANGUAGES, PAGE_TEXTS, page_text, texts_for_scripts
from photochanger_web.pages.audit_words import FACTS
from photochanger_web.pages.audit_words import KINDS as DEEDS
from photochanger_web.pages.navigation import LINKS
from photochanger_web.pages.public_refusal import KINDS
from photochanger_web.pages.settings_form import NUMBERS
from photochanger_web.pages.slot_fields import SPECS
from photochanger_web.pages.slot_texts import WORDS
from photochanger_web.pages.slots_look import Order
from tests.settings_schemas import CYRILLIC

WEB: Final = Path(photochanger_web.__file__).parent
TEMPLATES: Final = "".join(path.read_text() for path in (WEB / "templates").glob("*.html"))
SCRIPTS: Final = "".join(path.read_text() for path in (WEB / "static").glob("*.js"))
IN_CODE: Final = re.compile(
    r"""\bpage_text\((?:self\.|names\.)?language, (?:"([a-z_.]+)" if \w+ else )?"([a-z_.]+)"[,)]"""
)
IN_STATISTICS: Final = re.compile(r"""\btext\(\s*"(statistics\.[a-z0-9_]+)[",]""")
CODE: Final = "".join(
    path.read_text() for path in (WEB / "amounts.py", *(WEB / "pages").glob("*.py"))
)
ASKED: Final = re.compile(r"""\bt\(\s*"([a-z_]+\.[a-z0-9_]+)"(?!\s*~)""")
PUT_TOGETHER: Final = re.compile(r"""\bt\(\s*"([a-z_]+\.[a-z0-9_]*)"\s*~""")
IN_SCRIPTS: Final = re.compile(r"""\btext\((?:\w+ \? "([a-z_]+)" : )?"([a-z_]+)"\)""")
DONE: Final = re.compile(r"""\b_done\("([a-z_]+)"(?: if .* else "([a-z_]+)")?""")
STATISTICS: Final = {
    *("slot", "jobs", "timeouts", "provider_errors", "last_success", "last_error", "state"),
    *("done_reset", "done_restored"),
    *(
        f"{part}_{one}"
        for part in ("tile", "note")
        for one in ("jobs", "success", "timeouts", "p50", "p95", "storage")
    ),
    *(f"{part}_{one}" for part in ("chart", "summary") for one in ("jobs", "times", "timeouts")),
    *(f"outcome_{one}" for one in Outcome),
    *(f"tokens_{one}" for one in TOKEN_COUNTS),
}
"""What the page of statistics puts together."""

PLAIN: Final = re.compile(r"""\bpage_text\(\s*language,\s*"([a-z_.]+)\"""")
JOBS: Final = {
    "status": JobStatus,
    "source": JobSource,
    "all": ("slot_id", "status", "source"),
}
JOB: Final = {
    *("jobs.status", "jobs.source"),
    *(f"job.phase_{phase}" for phase in Phase),
    *(f"job.{name}" for name in TOKEN_COUNTS),
}
ALIKE: Final = {
    "slot.copy_back",
    "slot.copy_option",
    "settings.range",
    "layout.brand",
    "layout.language_ru",
    "layout.language_en",
}


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def used() -> set[str]:
    """Return the keys that templates, scripts and pages ask for."""
    scripts = {f"scripts.{one}" for found in IN_SCRIPTS.findall(SCRIPTS) for one in found if one}
    scripts |= {f"scripts.step_{phase}" for phase in Phase}
    links = {f"layout.{link.name}" for link in LINKS}
    names = {f"layout.language_{language}" for language in LANGUAGES}
    code = {one for found in IN_CODE.findall(CODE) for one in found if one}
    fields = {text for spec in SPECS for text in spec.texts()}
    words = {f"slot_words.{word}" for word in WORDS}
    kinds = {f"slot.kind_{kind}" for kind in MediaKind}
    states = {f"slots.state_{standing}" for standing in Standing}
    orders = {f"slots.order_{order}" for order in Order}
    done = {f"settings.done_{one}" for found in DONE.findall(CODE) for one in found if one}
    policies = {f"settings.hash_{one}" for one in HashPolicy}
    numbers = {f"settings.{one}" for one in NUMBERS}
    refusals = {f"public.{kind}{rest}" for kind in KINDS for rest in ("", "_why")}
    statistics = {f"statistics.{one}" for one in STATISTICS} | {*IN_STATISTICS.findall(CODE)}
    asked = {*ASKED.findall(TEMPLATES), *ASKED.findall(CODE), *PLAIN.findall(CODE)}
    layout, slots = links | names, states | orders
    slot = code | fields | words | kinds
    settings = done | policies | numbers
    jobs = {f"jobs.{key}_{one}" for key, ones in JOBS.items() for one in ones} | JOB
    audit = {f"audit.did_{one}" for one in DEEDS} | {f"audit.fact_{one}" for one in FACTS}
    pages = settings | slot | refusals | jobs | audit | statistics
    return asked | scripts | layout | slots | pages


def test_both_languages_have_the_same_texts_with_the_same_values() -> None:
    first, *others = (
        {key: placeholders(text) for key, text in PAGE_TEXTS[language].items()}
        for language in LANGUAGES
    )
    assert all(other == first for other in others)


def test_every_text_is_used_and_none_is_missing() -> None:
    assert used() == PAGE_TEXTS["ru"].keys()


def test_keys_are_put_together_only_where_this_test_knows_how() -> None:
    assert set(PUT_TOGETHER.findall(TEMPLATES)) == {
        *("layout.", "layout.language_", "slots.state_", "settings."),
        "slots.order_",
        *("settings.done_", "settings.hash_", "slot.kind_", "public."),
        *("statistics.", "statistics.done_", "statistics.tile_", "statistics.outcome_"),
        *("statistics.chart_", "statistics.tokens_"),
        *("jobs.source_", "jobs.status_"),
    }


def test_each_is_in_its_own_language() -> None:
    for key in PAGE_TEXTS["ru"].keys() - ALIKE:
        assert CYRILLIC.search(PAGE_TEXTS["ru"][key]), key
        assert not CYRILLIC.search(PAGE_TEXTS["en"][key]), key


def test_a_text_is_filled_in() -> None:
    assert page_text("en", "slots.provider", provider="{x}") == "Provider: {x}"


def test_a_value_that_is_missing_is_a_bug_that_shows() -> None:
    with pytest.raises(KeyError):
        page_text("ru", "slots.provider")
    with pytest.raises(KeyError):
        page_text("ru", "slots.nothing")


def test_scripts_get_their_own() -> None:
    assert texts_for_scripts("ru")["copied"] == "Скопировано"


def test_words_stand_in_no_template() -> None:
    """But in the page of the contract, which is English."""
    ours = [path for path in (WEB / "templates").glob("*.html") if "docs" not in path.name]

    assert [path.name for path in ours if CYRILLIC.search(path.read_text())] == []


def test_nothing_is_inline() -> None:
    assert not re.search(r"<style|\bstyle=|\son[a-z]+=|<script(?! type=\"module\" src=)", TEMPLATES)
    assert "innerHTML" not in SCRIPTS
    assert not re.search(r"https?://", SCRIPTS)
