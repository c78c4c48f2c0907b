"""The reference of variables and settings is as the code is."""

from __future__ import annotations

from photochanger_core.domain.settings import Settings
from photochanger_web.catalogue import LANGUAGES

from .configuration import MEANINGS, PAGE, first_start, page, variables


def test_every_variable_is_told_of_in_both_languages() -> None:
    assert MEANINGS.keys() == variables().keys(), "docs/configuration.json"
    for name, meanings in MEANINGS.items():
        assert meanings.keys() == set(LANGUAGES), name
        assert all(meanings.values()), name


def test_defaults_are_those_of_the_code() -> None:
    told = variables()
    assert told["PORT"] == "`8000`"
    assert told["MEDIA_ROOT"] == "`$DATA_DIR/media`"
    assert told["DATABASE_URL"] == ""
    assert f"| `T_SYNC_RESPONSE_SECONDS` | `{Settings().sync_response_seconds}` |" in page()


def test_what_counts_at_the_first_start_only_is_told_apart() -> None:
    assert first_start().keys() == {
        *("T_SYNC_RESPONSE_SECONDS", "RESULT_TTL_HOURS"),
        *("QUEUE_MAX_IN_FLIGHT_JOBS", "INGEST_PASSWORD"),
    }


def test_the_page_is_up_to_date() -> None:
    written = PAGE.read_text("utf-8")
    assert written == page(), "python -m tests.docs.configuration writes it anew"
