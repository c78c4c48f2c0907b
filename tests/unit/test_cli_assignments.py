from __future__ import annotations

import io

import pytest

from photochanger_cli.assignments import assignment, values_of
from photochanger_cli.failures import BadUsage


@pytest.mark.parametrize(
    "text, value",
    [
        ("is_active=true", True),
        ("size_limit_mb=20", 20),
        ("prompt=A pirate = a hat", "A pirate = a hat"),
        ("prompt=NaN", "NaN"),
        ('image_size="512"', "512"),
        ("settings.safety_settings=[]", []),
        ("sync_response_seconds=", None),
        ("sync_response_seconds=null", None),
        ("ingest_password=123456", "123456"),
        ("ingest_password=", None),
        ("display_name=2026", "2026"),
        ('retry={"error_tries": 2}', {"error_tries": 2}),
        ("fallback=", None),
        ("on_failure=original", "original"),
        ("template.style=5", "5"),
        ("template.style=", None),
    ],
)
def test_values_are_json_where_they_read_as_json(text: str, value: object) -> None:
    assert values_of([assignment(text)]) == {text.partition("=")[0]: value}


@pytest.mark.parametrize("text", ["", "=", "=value", "key"])
def test_what_is_no_assignment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="KEY=VALUE"):
        assignment(text)


def test_a_key_comes_once() -> None:
    with pytest.raises(BadUsage, match="a is given twice"):
        values_of([assignment("a=1"), assignment("a=2")])


def test_a_password_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("  typed in \nmore\n"))
    assert values_of([assignment("ingest_password=-")]) == {"ingest_password": "  typed in "}


def test_nothing_typed_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(BadUsage, match="ingest password"):
        values_of([assignment("ingest_password=-")])


def test_a_password_is_not_shown() -> None:
    assert "hidden" not in repr(assignment("ingest_password=hidden"))
