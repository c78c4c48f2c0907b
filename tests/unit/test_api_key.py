"""A key is shown to nobody, however those spell it who send it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.provider_http.key import ApiKey
from photochanger_core.domain.errors import ProviderBadResponse

KEY = ApiKey("tt-Very/Secret+Key_0123456789")
LINK = "https://photos.example/public/provider-media/00ff"

SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON of PHP": lambda key: key.replace("/", "\\/"),
    "JSON of codes": lambda key: "".join(f"\\u{ord(letter):04x}" for letter in key),
    "a URL": lambda key: quote(key, safe=""),
    "a page": escape,
    "codes of a page": lambda key: "".join(f"&#x{ord(letter):x};" for letter in key),
    "lower case": str.lower,
    "with nothing between": "\u200b".join,
    "cut": lambda key: key[:14],
    "in JSON": json.dumps,
}


def left(detail: str, *others: str) -> ProviderBadResponse:
    """Return the failure of *detail* as it leaves."""
    with pytest.raises(ProviderBadResponse) as caught, KEY.kept_out(*others):
        raise ProviderBadResponse(detail)
    return caught.value


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(before=st.text(max_size=5), after=st.text(max_size=5))
def test_no_failure_leaves_with_the_key(spelling: str, before: str, after: str) -> None:
    failure = left(f"{before} {SPELLINGS[spelling](KEY)} {after}")

    assert "key" in failure.detail
    assert not KEY.is_spelled_in(f"{failure} {failure!r} {failure.args}")


@given(st.text())
def test_what_has_no_key_in_it_is_left_as_it_is(text: str) -> None:
    assert left(text).detail == text


def test_links_to_photos_do_not_leave_either() -> None:
    assert left(f"Cannot load url: {LINK}!", LINK).detail == "Cannot load url: ***!"


def test_a_short_key_tells_nothing_that_could_be_looked_for() -> None:
    assert not ApiKey("old").is_spelled_in("hold the old key")
