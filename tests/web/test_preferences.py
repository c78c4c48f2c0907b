"""What callers prefer, by the headers that say so."""

from __future__ import annotations

import pytest

from photochanger_web.locale import language_of
from photochanger_web.preferences import preferences, prefers


@pytest.mark.parametrize(
    "header, told",
    [
        (None, []),
        ("", []),
        ("a/b", [("a/b", 1.0)]),
        ("A/B ; Q=0.25 ; x=y, c", [("a/b", 0.25), ("c", 1.0)]),
        ('a/b;x="1,2;";q=0', [("a/b", 0.0)]),
        (r'a/b;x="1\",2", c', [("a/b", 1.0), ("c", 1.0)]),
        ('a/b;x="open, c', [("a/b", 1.0)]),
        ("a/b;q=2, b;q=-1, c;q=nan, d;q=0.1234, e;q=", [(name, 0.0) for name in ("a/b", *"bcde")]),
    ],
)
def test_items_have_weights(header: str | None, told: list[tuple[str, float]]) -> None:
    assert list(preferences(header)) == told


@pytest.mark.parametrize(
    "accept, wanted",
    [
        (None, False),
        ("*/*", False),
        ("image/*, */*", False),
        ("multipart/mixed", True),
        ("Multipart/Mixed; boundary=x; q=0.1", True),
        ("multipart/*", True),
        ("image/jpeg, multipart/mixed", True),
        ("multipart/mixed, */*;q=0.1", True),
        ("multipart/mixed;q=0.4, image/*;q=0.5", False),
        ("multipart/mixed;q=0.5, image/jpeg;q=0.1, */*", True),
        ("multipart/mixed;q=0", False),
        ("multipart/*, multipart/mixed;q=0", False),
        ("multipart/mixed;q=nonsense", False),
        ("multipart/form-data", False),
        (",,;", False),
    ],
)
def test_a_type_is_asked_for_by_name(accept: str | None, wanted: bool) -> None:
    assert prefers(accept, "multipart/mixed", to="image/jpeg") is wanted


@pytest.mark.parametrize(
    "header, language",
    [("en, ru", "en"), ("ru, en", "ru"), ("ru;q=0.5, en; q=0.6", "en"), ("en;q=0, de", "ru")],
)
def test_the_first_of_the_languages_wanted_most_is_spoken(header: str, language: str) -> None:
    assert language_of(header, default="ru") == language
