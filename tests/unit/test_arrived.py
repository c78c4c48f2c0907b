"""What is read from an answer before anybody has made sense of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger_adapters.provider_http.arrived import Arrived
from photochanger_core.domain.errors import ProviderBadResponse
from photochanger_core.domain.picture import SNIFF_BYTES, MediaType, sniff
from tests.pictures import picture


def arrived(body: bytes = b"", **headers: str) -> Arrived:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Arrived(status=200, headers=named, body=body)


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("0", 0.0),
        ("46", 46.0),
        ("999999999", 86_400.0),
        ("1e3", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 400, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
    ],
)
def test_the_wish_to_wait_is_a_number_of_seconds(header: str, seconds: float | None) -> None:
    assert arrived(Retry_After=header).retry_after == seconds


def test_what_no_header_says_is_not_known() -> None:
    answer = arrived()

    assert answer.content_type == ""
    assert answer.retry_after is None
    assert answer.count("X-Left") is None


@given(st.text(st.sampled_from("0123456789"), max_size=12) | st.text(max_size=12))
def test_a_count_is_a_whole_number_that_any_database_holds(header: str) -> None:
    count = arrived(X_Left=header).count("X-Left")

    assert count is None or 0 <= count < 2**31
    assert (count is not None) == (header.isascii() and header.isdigit() and len(header) <= 9)


@pytest.mark.parametrize("kind", MediaType)
async def test_a_picture_has_the_type_of_its_bytes_whatever_it_is_called(kind: MediaType) -> None:
    body = picture(kind)

    found = arrived(body, Content_Type="text/html").picture()

    assert found.media_type is kind
    assert b"".join([chunk async for chunk in found.chunks()]) == body


@given(st.binary(max_size=SNIFF_BYTES).filter(lambda body: sniff(body) is None))
def test_anything_else_is_no_picture(body: bytes) -> None:
    with pytest.raises(ProviderBadResponse, match="no JPEG, PNG or WebP, but image/png"):
        arrived(body, Content_Type="image/png").picture()


def test_headers_are_not_shown() -> None:
    assert "secret" not in repr(arrived(Set_Cookie="secret"))
